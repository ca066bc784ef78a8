/**
 * query-api in this process on a real log and a real graph, without Kafka between them: the spec itself says when events get
 * their positions and when the graph holds them, so that "recorded, and not yet in the graph" can be looked at.
 */
import { createSecretKey } from 'node:crypto';
import { join } from 'node:path';
import type { RecordedEvent } from '#events';
import { openLog, openRelayLog, type EventLog, type Lease, type RelayLog, type LogWrites } from '#event-log';
import { addPositions, applyWrite, createSchema, openGraph, positionKey, readMarks, type Graph } from '#graph';
import { createLogger, readSettings, CursorKeySettings, IdKeySettings, OidcSettings, type HttpApp } from '#runtime';
import { entityIds } from '../../apps/graph-projector/projections/entity-ids.js';
import { project } from '../../apps/graph-projector/projections/project.js';
import { assemble } from '../../apps/graph-projector/writing/assemble.js';
import type { PreparedEvent } from '../../apps/graph-projector/writing/prepare.js';
import { startQueryApi } from '../../apps/query-api/query-api.js';
import { QuestionSettings } from '../../apps/query-api/settings.js';
import { checkoutRoot } from '../../infra/local/checkout.js';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { ownNeo4j } from '../../infra/local/test-servers.js';
import { until } from '../../infra/local/until.js';
import { assertionBody, newKey, type AssertionBody } from '../support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../support/command-app.js';
import { call, type Answer } from '../support/http.js';
import { decisionBody } from '../support/networks.js';
import { doorTo, type Door } from './questions-door.js';

export const PURPOSE = 'operation-tern';
const CURSOR_KEY = Buffer.alloc(32, 9).toString('base64');
const ID_KEY = Buffer.alloc(32, 7);
export type OrganisationKey = keyof typeof ORGANISATIONS;
const TOPICS = ['referral.events', 'takedown.events', 'network.events', 'organisation.events'] as const;

export interface AskOptions {
  as?: string;
  token?: string;
  headers?: Record<string, string>;
  bytes?: string;
}

/** As the commands keep what rests on what. */
const KEEP_BASIS = `
  INSERT INTO assertion_basis (basis_event, basis_stream, derived_stream)
  SELECT e.id, e.stream, $2 FROM events e WHERE e.id = ANY ($1::uuid[]) ON CONFLICT DO NOTHING`;

export class QuestionStand {
  lines: string[] = [];
  private readonly spoilt = new Set<string>();

  private constructor(
    readonly commands: TestCommandApp,
    readonly graph: Graph,
    readonly queries: HttpApp,
    /** Between query-api and PostgreSQL. */
    readonly door: Door,
    readonly log: EventLog,
    private readonly relay: RelayLog,
    private readonly lease: Lease,
    private readonly release: () => Promise<void>,
  ) {}

  /** `seenBy` stands between query-api and the graph. */
  static async open(
    settings: Record<string, string> = {},
    seenBy: (graph: Graph) => Graph = (graph) => graph,
  ): Promise<QuestionStand> {
    const commands = await openTestCommandApp('questions');
    const { url, user, password, release } = await ownNeo4j();
    const graph = await openGraph({ url, user, password });
    await createSchema(graph);
    const relay = await openRelayLog({ url: commands.store.url, applicationName: 'questions-relay' });
    const lease = relay.log.lease('event-relay', { holder: 'questions', seconds: 600 });
    await lease.take();
    const door = await doorTo(commands.store.url);
    const log = await openLog({ url: door.url, applicationName: 'questions', poolSize: 4 });
    const lines: string[] = [];
    const queries = await startQueryApi(
      readSettings(
        { oidc: OidcSettings, idKey: IdKeySettings, cursorKey: CursorKeySettings, questions: QuestionSettings },
        {
          ...commands.environment,
          BREAKWATER_CURSOR_KEY: CURSOR_KEY,
          // Both stores are looked at anew for each question, so that a spec need not wait.
          BREAKWATER_POSITION_FRESH_MS: '0',
          ...settings,
        },
      ),
      { log, graph: seenBy(graph) },
      {
        ownsProcess: false,
        log: createLogger('query-api', 'info', { write: (line) => void lines.push(line) }),
        analysisWorker: join(checkoutRoot(), 'dist/apps/query-api/analysis/standing.js'),
      },
    );
    const stand = new QuestionStand(commands, graph, queries, door, log, relay, lease, release);
    stand.lines = lines;
    await stand.startTransport();
    return stand;
  }

  async close(): Promise<void> {
    await this.queries.close();
    await this.log.close();
    await this.door.close();
    await this.relay.log.close();
    await this.graph.close();
    await this.commands.close();
    await this.release();
  }

  private async startTransport(): Promise<void> {
    for (const topic of TOPICS) {
      await this.relay.recordTopic(this.lease, {
        topic,
        generation: 1,
        partitions: 1,
        kafkaName: `questions-${topic}`,
      });
      await addPositions(this.graph, [
        { key: positionKey(topic, 1, 0), last: 0, event: '', incarnation: await this.relay.log.incarnation() },
      ]);
    }
    await this.hold();
  }

  /** Sends an assertion of an organisation; returns its id. */
  async say(by: OrganisationKey, changes: AssertionBody = {}): Promise<string> {
    const answer = await call<{ id: string }>(this.commands.address, 'POST /v1/assertions', {
      token: await this.commands.tokenOf(`${by}-analyst`),
      headers: newKey(),
      json: assertionBody(changes),
    });
    if (answer.status !== 201) throw new Error(`the assertion was answered with ${answer.status}: ${answer.text}`);
    return answer.body.id;
  }

  /** Appends events as they were decided, each to its stream. */
  async record(events: readonly RecordedEvent[]): Promise<void> {
    for (const { stream, streamVersion, source, recordedTime: _, ...draft } of events)
      await this.log.transact(() =>
        Promise.resolve({
          append: [{ stream, expectedVersion: streamVersion - 1, source, events: [draft] }],
          afterwards: async (write: LogWrites) => void (await write.query(KEEP_BASIS, [draft.basis, stream])),
        }),
      );
  }

  /** Position and time of each event that has a position, by its id. */
  async places(): Promise<Map<string, { position: number; givenAt: string }>> {
    const rows = await this.log.readPositions({ after: 0, limit: 1_000_000 });
    return new Map(rows.map(({ id, position, givenAt }) => [id, { position, givenAt }]));
  }

  async withdraw(by: OrganisationKey, id: string): Promise<void> {
    await this.act(`${by}-analyst`, `${id}/withdraw`, { reason: 'said in error' });
  }

  /** Regrades an assertion as a persona. */
  async regrade(as: string, id: string, terms: { marking?: object; grading?: object }): Promise<void> {
    await this.act(as, `${id}/regrade`, { reason: 'assessed anew', ...terms });
  }

  private async act(as: string, route: string, json: object): Promise<void> {
    const answer = await call(this.commands.address, `POST /v1/assertions/${route}`, {
      token: await this.commands.tokenOf(as),
      headers: newKey(),
      json: { purpose: PURPOSE, ...json },
    });
    if (answer.status >= 300) throw new Error(`${route} was answered with ${answer.status}: ${answer.text}`);
  }

  /** A decision about identity or networks, under `POST /v1/`; its answer. */
  async decide(
    as: string,
    route: string,
    json: AssertionBody,
  ): Promise<{ id: string; network: string; entity: string; assertions: string[] }> {
    const answer = await call<{ id: string; network: string; entity: string; assertions: string[] }>(
      this.commands.address,
      `POST /v1/${route}`,
      { token: await this.commands.tokenOf(as), headers: newKey(), json: decisionBody(json) },
    );
    if (answer.status !== 201) throw new Error(`${route} was answered with ${answer.status}: ${answer.text}`);
    return answer.body;
  }

  /** Waits until what is recorded now is the past: a time to the second, at whose end nothing later was known. */
  async nextSecond(): Promise<string> {
    const clock = async (): Promise<Date> =>
      (await this.commands.owner.query<{ now: Date }>("SELECT date_trunc('second', clock_timestamp()) AS now")).rows[0]!
        .now;
    const now = await clock();
    await until('the next second did not come', async () => (await clock()).getTime() > now.getTime() + 1_000);
    return `${now.toISOString().slice(0, 19)}Z`; // to the end of that second
  }

  /** Gives positions to what was recorded, and marks it as sent. */
  async send(): Promise<void> {
    const { rows: counted } = await this.commands.owner.query<{ events: number }>(
      'SELECT count(*)::int AS events FROM events',
    );
    // An open transaction of another database of the cluster holds positions back; whoever asks then would find nothing.
    await until(
      'what was recorded did not get its positions',
      async () => (await this.relay.sequence(this.lease, 1_000)).head >= counted[0]!.events,
      60_000,
    );
    const rows = await this.relay.log.readPositions({ after: 0, limit: 1_000_000 });
    const last = TOPICS.flatMap((topic) => {
      const position = rows.filter((row) => row.topic === topic).at(-1)?.position;
      return position === undefined ? [] : [{ topic, generation: 1, partition: 0, position }];
    });
    await this.relay.savePublished(this.lease, rows.at(-1)?.position ?? 0, last);
  }

  /** Events of this assertion that reach the graph from now on cannot be projected: its stream is parked. */
  spoil(id: string): void {
    this.spoilt.add(`assertion-${id}`);
  }

  /** Brings everything that was recorded into the graph. */
  async hold(): Promise<void> {
    await this.send();
    const idOf = entityIds(createSecretKey(ID_KEY));
    for (const topic of TOPICS) {
      const partition = positionKey(topic, 1, 0);
      const { positions, parked } = await readMarks(this.graph);
      const from = positions.find(({ key }) => key === partition)!;
      const rows = (await this.relay.log.readPositions({ after: from.last, limit: 1_000_000 })).filter(
        (row) => row.topic === topic,
      );
      if (rows.length === 0) continue;
      const events = (await this.relay.log.decode(rows)).map((decoded, at): PreparedEvent => {
        const { position, id, stream, streamVersion, type } = rows[at]!;
        if ('fault' in decoded) throw new Error(decoded.fault);
        const projected = this.spoilt.has(stream)
          ? { fault: { code: 'spoilt', reason: 'the spec says so' } }
          : project(position, decoded.event, idOf);
        return { partition, position, id, stream, streamVersion, type, projected };
      });
      const marks = {
        positions: new Map([[partition, from]]),
        parked: new Set(parked.map(({ stream }) => stream)),
        discarded: new Set<string>(),
      };
      await applyWrite(this.graph, assemble(events, marks));
    }
  }

  async ask<Body = Record<string, unknown>>(
    question: string,
    body: object | undefined,
    options: AskOptions = {},
  ): Promise<Answer<Body>> {
    const { as = 'coastal-analyst', headers = {}, bytes } = options;
    return call<Body>(this.queries.address, `POST /v1/questions/${question}`, {
      token: options.token ?? (await this.commands.tokenOf(as)),
      headers: { 'breakwater-purpose': PURPOSE, ...headers },
      ...(bytes === undefined ? { json: body } : { bytes }),
    });
  }

  audit(): Promise<AuditRow[]> {
    return this.commands.owner
      .query('SELECT act, subject, purpose, ids, recipients, reason FROM audit ORDER BY seq')
      .then(({ rows }) => rows as never);
  }
}

interface AuditRow {
  act: string;
  subject: string;
  purpose: string;
  ids: string[];
  recipients: string[];
  reason: string;
}

/** A marking of an organisation, released to others by name; kept to itself when nobody is named. */
export function markingFor(...recipients: OrganisationKey[]): object {
  return {
    gsc: 'OFFICIAL-SENSITIVE',
    tlp: recipients.length === 0 ? 'AMBER+STRICT' : 'AMBER',
    handling: ['P'],
    releasableTo: recipients.map((recipient) => ORGANISATIONS[recipient].organisation),
  };
}
