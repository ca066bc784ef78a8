/** Two query-apis on the same stores, one with rights and audit and one without, and what they are asked about. */
import type { EventDraft, Marking } from '#events';
import type { Graph } from '#graph';
import {
  createLogger,
  CursorKeySettings,
  IdKeySettings,
  newId,
  OidcSettings,
  readSettings,
  type HttpApp,
} from '#runtime';
import type { IdOf } from '../../apps/graph-projector/projections/entity-ids.js';
import { startQueryApi } from '../../apps/query-api/query-api.js';
import { QuestionSettings } from '../../apps/query-api/settings.js';
import type { LocalServers } from '../../infra/local/index.js';
import { startIssuer, type LocalIssuer } from '../../infra/local/issuer/index.js';
import { migratedDatabase, startBenchServers } from '../stack/bench-servers.js';
import { FilledStores, ID_KEY, type Said } from '../stack/filled-stores.js';
import { bareGraph, bareLog } from './bare-stores.js';

export class PolicyBed {
  private constructor(
    private readonly stores: FilledStores,
    /** With rights and audit. */
    readonly guarded: HttpApp,
    readonly bare: HttpApp,
    readonly token: string,
    private readonly stop: () => Promise<void>,
  ) {}

  get graph(): Graph {
    return this.stores.graph;
  }

  get idOf(): IdOf {
    return this.stores.idOf;
  }

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
    const stores = await FilledStores.open(servers, appUrl, issuer);
    const { log, graph } = stores;
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
    return new PolicyBed(stores, guarded, bare, await issuer.tokenFor('coastal-analyst'), async () => {
      await Promise.all([guarded.close(), bare.close()]);
      await stores.close();
      await Promise.all([servers.postgres.stop(), servers.neo4j.stop(), issuer.stop()]);
    });
  }

  close(): Promise<void> {
    return this.stop();
  }

  /** Records events, each a stream of its own, and brings them into the graph. Returns the first and last of their positions. */
  say(said: readonly Said[]): Promise<{ first: number; last: number }> {
    return this.stores.say(said);
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
