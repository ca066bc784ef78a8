/** A name server of our own on 127.0.0.1, for specs that need names to lead where they should not. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface NameServer {
  /** `127.0.0.1:PORT` */
  address: string;
  close(): Promise<void>;
}

const TYPES = { 1: 4, 28: 16 } as const;

/** @param answer addresses of a name; asked anew for each question, so it may answer differently each time */
export async function startNameServer(answer: (name: string) => readonly string[]): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (question: Buffer, from: RemoteInfo) => {
    socket.send(answerTo(question, answer), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function answerTo(question: Buffer, answer: (name: string) => readonly string[]): Buffer {
  const { name, end } = nameIn(question);
  const type = question.readUInt16BE(end) as keyof typeof TYPES;
  const found = answer(name)
    .map((text) => Buffer.from(ipaddr.parse(text).toByteArray()))
    .filter((bytes) => bytes.length === TYPES[type]);
  const head = Buffer.from(question.subarray(0, 12));
  head.writeUInt16BE(0x8580, 2); // an answer, authoritative, without error
  head.writeUInt16BE(found.length, 6);
  head.writeUInt32BE(0, 8);
  const rows = found.flatMap((bytes) => {
    const row = Buffer.alloc(12);
    row.writeUInt16BE(0xc00c, 0); // the name of the question
    row.writeUInt16BE(type, 2);
    row.writeUInt16BE(1, 4);
    row.writeUInt16BE(bytes.length, 10); // lives for no second: never kept
    return [row, bytes];
  });
  return Buffer.concat([head, question.subarray(12, end + 4), ...rows]);
}

function nameIn(question: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = question.readUInt8(at); length > 0; length = question.readUInt8(at)) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}
