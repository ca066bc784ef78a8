/** Two query-apis on the same stores, one with rights and audit and one without, and what they are asked about. */
import { createSecretKey } from 'node:crypto';
import { openLog, openRelayLog, type EventLog, type Lease, type RelayLog } from '#event-log';
import type { EventDraft, Marking } from '#events';
import { addPositions, applyWrite, createSchema, openGraph, positionKey, readPositions, type Graph } from '#graph';
import {
  createLogger,
  CursorKeySettings,
  IdKeySettings,
  newId,
  OidcSettings,
  readSettings,
  type HttpApp,
} from '#runtime';
import { bootstrap, type Bootstrap } from '../../apps/command-api/organisations/bootstrap.js';
import { entityIds } from '../../apps/graph-projector/projections/entity-ids.js';
import { project } from '../../apps/graph-projector/projections/project.js';
import { startQueryApi } from '../../apps/query-api/query-api.js';
import { QuestionSettings } from '../../apps/query-api/settings.js';
import type { LocalServers } from '../../infra/local/index.js';
import { startIssuer, type LocalIssuer } from '../../infra/local/issuer/index.js';
import { migratedDatabase, startBenchServers } from '../stack/bench-servers.js';
import { bareGraph, bareLog } from './bare-stores.js';

export const ID_KEY = Buffer.alloc(32, 7);
const TOPICS = ['referral.events', 'takedown.events', 'network.events', 'organisation.events'] as const;
const AT_ONCE = 500;

export interface Said {
  draft: EventDraft;
  source: string;
}

export class PolicyBed {
  readonly idOf = entityIds(createSecretKey(ID_KEY));

  private constructor(
    readonly graph: Graph,
    readonly log: EventLog,
    /** With rights and audit. */
    readonly guarded: HttpApp,
    readonly bare: HttpApp,
    readonly token: string,
    private readonly relay: RelayLog,
    private readonly lease: Lease,
    private readonly stop: () => Promise<void>,
  ) {}

  static async open(say: (line: string) => void): Promise<PolicyBed> {
    const servers = await startBenchServers(['postgres', 'neo4j'], say);
    const issuer = await startIssuer({ dataDir: servers.dataDir });
    try {
      return await PolicyBed.on(servers, issuer);
    } catch (error) {
      await Promise.all([servers.postgres.stop(), servers.neo4j.stop(), issuer.stop()]);
      throw error;
    }
  }

  private static async on(servers: LocalServers, issuer: LocalIssuer): Promise<PolicyBed> {
    const { appUrl } = await migratedDatabase(servers);
    const { url, user, password } = servers.neo4j;
    const graph = await openGraph({ url, user, password });
    await createSchema(graph);
    const log = await openLog({ url: appUrl, applicationName: 'bench-policy', poolSize: 4 });
    await bootstrap(log, issuer.bootstrap() as Bootstrap);
    const relay = await openRelayLog({ url: appUrl, applicationName: 'bench-policy-relay' });
    const lease = relay.log.lease('event-relay', { holder: 'bench', seconds: 3_600 });
    await lease.take();
    const settings = readSettings(
      { oidc: OidcSettings, idKey: IdKeySettings, cursorKey: CursorKeySettings, questions: QuestionSettings },
      {
        BREAKWATER_ENV: 'local',
        BREAKWATER_ID_KEY: ID_KEY.toString('base64'),
        BREAKWATER_CURSOR_KEY: Buffer.alloc(32, 9).toString('base64'),
        BREAKWATER_PORT: '0',
        ...issuer.env(),
      },
    );
    const options = { ownsProcess: false, log: createLogger('query-api', 'error', process.stderr) } as const;
    const guarded = await startQueryApi(settings, { log, graph }, options);
    const bare = await startQueryApi(settings, { log: bareLog(log), graph: bareGraph(graph) }, options);
    const token = await issuer.tokenFor('coastal-analyst');
    const bed = new PolicyBed(graph, log, guarded, bare, token, relay, lease, async () => {
      await Promise.all([guarded.close(), bare.close()]);
      await Promise.all([log.close(), relay.log.close(), graph.close()]);
      await Promise.all([servers.postgres.stop(), servers.neo4j.stop(), issuer.stop()]);
    });
    await bed.startTransport();
    return bed;
  }

  close(): Promise<void> {
    return this.stop();
  }

  private async startTransport(): Promise<void> {
    const incarnation = await this.log.incarnation();
    for (const topic of TOPICS) {
      const kafkaName = `policy-${topic}`;
      await this.relay.recordTopic(this.lease, { topic, generation: 1, partitions: 1, kafkaName });
      await addPositions(this.graph, [{ key: positionKey(topic, 1, 0), last: 0, event: '', incarnation }]);
    }
    await this.bringIn();
  }

  /** Records events, each a stream of its own, and brings them into the graph. Returns the first and last of their positions. */
  async say(said: readonly Said[]): Promise<{ first: number; last: number }> {
    const first = (await this.log.positions.head()) + 1;
    for (let at = 0; at < said.length; at += AT_ONCE)
      await this.log.transact(() =>
        Promise.resolve({
          append: said.slice(at, at + AT_ONCE).map(({ draft, source }) => ({
            stream: `assertion-${draft.id}`,
            expectedVersion: 0,
            source,
            events: [draft],
          })),
          afterwards: () => Promise.resolve(),
        }),
      );
    await this.bringIn();
    return { first, last: await this.log.positions.head() };
  }

  private async bringIn(): Promise<void> {
    while ((await this.relay.sequence(this.lease, 1_000)).given > 0);
    const places = new Map((await readPositions(this.graph)).map((place) => [place.key, place]));
    const before = Math.min(...[...places.values()].map(({ last }) => last), await this.log.positions.published());
    const rows = await this.log.readPositions({ after: before, limit: 1_000_000 });
    const lasts = TOPICS.flatMap((topic) => {
      const position = rows.filter((row) => row.topic === topic).at(-1)?.position;
      return position === undefined ? [] : [{ topic, generation: 1, partition: 0, position }];
    });
    await this.relay.savePublished(this.lease, await this.log.positions.head(), lasts);
    for (const topic of TOPICS) {
      const from = places.get(positionKey(topic, 1, 0))!;
      const news = rows.filter((row) => row.topic === topic && row.position > from.last);
      const last = news.at(-1);
      if (last === undefined) continue;
      const decoded = await this.log.decode(news);
      const changes = decoded.flatMap((each, at) => {
        if ('fault' in each) throw new Error(each.fault);
        const projected = project(news[at]!.position, each.event, this.idOf);
        return 'change' in projected ? [projected.change] : [];
      });
      await applyWrite(this.graph, {
        moves: [{ from, to: { last: last.position, event: last.id } }],
        statements: changes.flatMap(({ statements }) => statements),
        withdrawals: [],
        regrades: [],
        parked: [],
      });
    }
  }
}

/** An assertion of one link, as it would be decided. */
export function report(source: string, account: string, number: string, marking: Marking): Said {
  const id = newId();
  const draft: EventDraft = {
    id,
    body: {
      type: 'assertion.made',
      version: 1,
      data: {
        subject: { kind: 'account', key: account },
        statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', key: number } }],
      },
    },
    time: { at: '2026-03-09', precision: 'day' },
    actor: { organisation: source, user: 'bench', role: 'analyst' },
    purpose: 'bench',
    basis: [],
    statementKind: { kind: 'fact' },
    grading: { scheme: '3x5x2', source: '2', information: 'B' },
    marking,
  };
  return { draft, source };
}
