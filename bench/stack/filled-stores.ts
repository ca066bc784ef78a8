/**
 * A log and a graph that agree, without Kafka between them: what is said is appended, sequenced, projected by the project's own
 * projection and written, so that query-api answers from them as in earnest.
 */
import { createSecretKey } from 'node:crypto';
import { topicOf, type EventDraft, type EventType, type KnownEvent, type RecordedEvent, type Topic } from '#events';
import { openLog, openRelayLog, type EventLog, type Lease, type RelayLog } from '#event-log';
import {
  addPositions,
  applyWrite,
  createSchema,
  keepCrowds,
  openGraph,
  positionKey,
  readPositions,
  type Graph,
} from '#graph';
import { bootstrap, type Bootstrap } from '../../apps/command-api/organisations/bootstrap.js';
import { entityIds } from '../../apps/graph-projector/projections/entity-ids.js';
import { project } from '../../apps/graph-projector/projections/project.js';
import type { LocalServers } from '../../infra/local/index.js';
import type { LocalIssuer } from '../../infra/local/issuer/index.js';

export const ID_KEY = Buffer.alloc(32, 7);
const TOPICS = ['referral.events', 'takedown.events', 'network.events', 'organisation.events'] as const;
/** Events of one append. */
const AT_ONCE = 500;
/** Events of one graph write: the next ones are appended meanwhile. */
const WRITTEN_AT_ONCE = 1_000;

/** The last event of a topic. */
interface Last {
  last: number;
  event: string;
}

/** An event of a stream of its own. */
export interface Said {
  draft: EventDraft;
  source: string;
  /** `assertion-` and the event's id where it is left out. */
  stream?: string;
}

export class FilledStores {
  readonly idOf = entityIds(createSecretKey(ID_KEY));

  private constructor(
    readonly log: EventLog,
    readonly graph: Graph,
    private readonly relay: RelayLog,
    private readonly lease: Lease,
  ) {}

  static async open(servers: LocalServers, appUrl: string, issuer: LocalIssuer): Promise<FilledStores> {
    const { url, user, password } = servers.neo4j;
    const graph = await openGraph({ url, user, password });
    await createSchema(graph);
    const log = await openLog({ url: appUrl, applicationName: 'bench', poolSize: 4 });
    await bootstrap(log, issuer.bootstrap() as Bootstrap);
    const relay = await openRelayLog({ url: appUrl, applicationName: 'bench-relay' });
    const lease = relay.log.lease('event-relay', { holder: 'bench', seconds: 3_600 });
    await lease.take();
    const stores = new FilledStores(log, graph, relay, lease);
    const incarnation = await log.incarnation();
    for (const topic of TOPICS) {
      const kafkaName = `bench-${topic}`;
      await relay.recordTopic(lease, { topic, generation: 1, partitions: 1, kafkaName });
      await addPositions(graph, [{ key: positionKey(topic, 1, 0), last: 0, event: '', incarnation }]);
    }
    await stores.sequence();
    // Organisations and members mean nothing in the graph.
    const registered = await log.readPositions({ after: 0, limit: 10_000 });
    await stores.publish(new Map(registered.map(({ topic, position, id }) => [topic, { last: position, event: id }])));
    return stores;
  }

  async close(): Promise<void> {
    await Promise.all([this.log.close(), this.relay.log.close(), this.graph.close()]);
  }

  /** Records events and brings them into the graph. Returns the first and last of their positions. */
  async say(said: Iterable<Said>): Promise<{ first: number; last: number }> {
    const first = (await this.log.positions.head()) + 1;
    const lasts = new Map<Topic, Last>();
    let head = first - 1;
    let written: Promise<void> = Promise.resolve();
    for (const part of inParts(said)) {
      const events = await this.append(part);
      await this.sequence();
      await written;
      written = this.write(events, head + 1);
      written.catch(() => undefined);
      events.forEach(({ id, body }, place) =>
        lasts.set(topicOf(body.type as EventType), { last: head + place + 1, event: id }),
      );
      head += events.length;
    }
    await written;
    if (head !== (await this.log.positions.head()))
      throw new Error('somebody else writes into the log of this benchmark');
    await this.publish(lasts);
    return { first, last: head };
  }

  private async append(said: readonly Said[]): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (let at = 0; at < said.length; at += AT_ONCE)
      events.push(
        ...(await this.log.transact(() =>
          Promise.resolve({
            append: said.slice(at, at + AT_ONCE).map(({ draft, source, stream = `assertion-${draft.id}` }) => ({
              stream,
              expectedVersion: 0,
              source,
              events: [draft],
            })),
            afterwards: (_write, appended) => Promise.resolve(appended),
          }),
        )),
      );
    return events;
  }

  private async sequence(): Promise<void> {
    while ((await this.relay.sequence(this.lease, 1_000)).given > 0);
  }

  /** One writer, one append after the other: so their positions are in their order. */
  private async write(events: readonly RecordedEvent[], first: number): Promise<void> {
    const changes = events.map((event, at) => {
      const projected = project(first + at, event as KnownEvent, this.idOf);
      if (!('change' in projected)) throw new Error(`${event.body.type} of a benchmark means nothing in the graph`);
      return projected.change;
    });
    const statements = changes.flatMap((change) => change.statements);
    await keepCrowds(this.graph, statements);
    await applyWrite(this.graph, {
      moves: [],
      statements,
      withdrawals: changes.flatMap(({ withdrawals }) => withdrawals),
      regrades: changes.flatMap(({ regrades }) => regrades),
      parked: [],
    });
  }

  /** Says on both sides that everything took effect, up to these last events of each topic. */
  private async publish(lasts: ReadonlyMap<Topic, Last>): Promise<void> {
    const places = new Map((await readPositions(this.graph)).map((place) => [place.key, place]));
    await this.relay.savePublished(
      this.lease,
      await this.log.positions.head(),
      [...lasts].map(([topic, { last }]) => ({ topic, generation: 1, partition: 0, position: last })),
    );
    const moves = [...lasts].map(([topic, to]) => ({ from: places.get(positionKey(topic, 1, 0))!, to }));
    await applyWrite(this.graph, { moves, statements: [], withdrawals: [], regrades: [], parked: [] });
  }
}

function* inParts(said: Iterable<Said>): Generator<Said[]> {
  let part: Said[] = [];
  for (const one of said) {
    part.push(one);
    if (part.length < WRITTEN_AT_ONCE) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
