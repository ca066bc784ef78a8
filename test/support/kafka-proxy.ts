/**
 * A proxy in front of one Kafka broker. Clients ask a broker for the addresses of all and then go there, so the proxy puts
 * its own port in the place of the broker's wherever an answer names it.
 */
import { openTcpProxy, type TcpProxy } from './tcp-proxy.js';

const PRODUCE = 0;

export interface KafkaProxy extends TcpProxy {
  brokers: string[];
  /** Acknowledgements of batches that were swallowed so far. */
  readonly swallowed: number;
  /** Swallows the next so many acknowledgements of batches: Kafka has stored each, and nobody is told. */
  swallowAcknowledgements(count: number): void;
}

export async function openKafkaProxy(broker: string): Promise<KafkaProxy> {
  const [host = '', portText = ''] = broker.split(':');
  const port = Number(portText);
  const produces = new Set<number>();
  let toSwallow = 0;
  let swallowed = 0;

  const theirs = endpoint(host, port);
  const proxy: TcpProxy = await openTcpProxy({
    host,
    port,
    onRequest: (message) => {
      if (message.readInt16BE(4) === PRODUCE) produces.add(message.readInt32BE(8));
    },
    onReply: (message) => {
      if (produces.delete(message.readInt32BE(4)) && toSwallow > 0) {
        toSwallow -= 1;
        swallowed += 1;
        return 'cut';
      }
      return replaced(message, theirs, endpoint(host, proxy.port));
    },
  });
  return Object.defineProperties(
    Object.assign(proxy, {
      brokers: [`${host}:${proxy.port}`],
      swallowAcknowledgements: (count: number) => void (toSwallow = count),
    }),
    { swallowed: { get: () => swallowed } },
  ) as KafkaProxy;
}

/** Host and port as answers carry them: the length of the host in two bytes, the host, the port in four bytes. */
function endpoint(host: string, port: number): Buffer {
  const bytes = Buffer.alloc(2 + host.length + 4);
  bytes.writeInt16BE(host.length, 0);
  bytes.write(host, 2);
  bytes.writeInt32BE(port, 2 + host.length);
  return bytes;
}

function replaced(message: Buffer, from: Buffer, to: Buffer): Buffer {
  if (!message.includes(from)) return message;
  const copy = Buffer.from(message);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) to.copy(copy, at);
  return copy;
}
