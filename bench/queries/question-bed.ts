/** query-api in a process of its own, on a log and a graph that are filled set by set, and somebody who may ask. */
import pg from 'pg';
import type { IdOf } from '../../apps/graph-projector/projections/entity-ids.js';
import type { LocalServers } from '../../infra/local/index.js';
import { startIssuer } from '../../infra/local/issuer/index.js';
import { until } from '../../infra/local/until.js';
import { QuestionAsker } from '../load/question-asker.js';
import { startApp, type AppProcess } from '../stack/app-process.js';
import { migratedDatabase, startBenchServers } from '../stack/bench-servers.js';
import { FilledStores, ID_KEY, type Said } from '../stack/filled-stores.js';

const PERSONA = 'coastal-analyst';
/** Read in a rhythm of its own, whose work is no part of any answer either. */
const ORIGINS_MS = 180_000;
/** Longer than any benchmark. */
const TOKEN_SECONDS = 7_200;

export class QuestionBed {
  private constructor(
    private readonly stores: FilledStores,
    private readonly owner: pg.Client,
    private readonly app: AppProcess,
    private readonly token: string,
    private readonly stop: () => Promise<void>,
  ) {}

  static async open(say: (line: string) => void, settings: Record<string, string> = {}): Promise<QuestionBed> {
    const servers = await startBenchServers(['postgres', 'neo4j'], say);
    try {
      return await QuestionBed.on(servers, settings);
    } catch (error) {
      await servers.stop();
      throw error;
    }
  }

  private static async on(servers: LocalServers, settings: Record<string, string>): Promise<QuestionBed> {
    const issuer = await startIssuer({ dataDir: servers.dataDir });
    const { ownerUrl, appUrl } = await migratedDatabase(servers);
    const stores = await FilledStores.open(servers, appUrl, issuer);
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    const app = await startApp('query-api', {
      ...servers.env(),
      DATABASE_URL: appUrl,
      BREAKWATER_ID_KEY: ID_KEY.toString('base64'),
      BREAKWATER_CURSOR_KEY: Buffer.alloc(32, 9).toString('base64'),
      ...issuer.env(),
      ...settings,
    });
    const token = await issuer.tokenFor(PERSONA, { seconds: TOKEN_SECONDS });
    return new QuestionBed(stores, owner, app, token, async () => {
      await app.stop();
      await Promise.all([stores.close(), owner.end(), issuer.stop()]);
      await servers.stop();
    });
  }

  close(): Promise<void> {
    return this.stop();
  }

  get idOf(): IdOf {
    return this.stores.idOf;
  }

  asker(): Promise<QuestionAsker> {
    return QuestionAsker.at(this.app.url, this.token);
  }

  async say(said: Iterable<Said>): Promise<void> {
    await this.stores.say(said);
  }

  /** Log position up to which query-api knows who said what on whose word. */
  private async originsRead(): Promise<number> {
    const { rows } = await this.owner.query<{ position: string }>('SELECT position FROM log_origins_read');
    return Number(rows[0]?.position ?? 0);
  }

  /** Brings in what is said, and clears up behind it, which is no part of any answer. */
  async fill(said: Iterable<Said>): Promise<{ entities: number; statements: number }> {
    await this.say(said);
    const { graph, log } = this.stores;
    const head = await log.positions.head();
    await until(
      'query-api did not read the origins of what was brought in',
      async () => (await this.originsRead()) >= head,
      ORIGINS_MS,
    );
    await this.owner.query('VACUUM (ANALYZE)');
    const [nodes] = await graph.read<{ n: number }>('MATCH (e:Entity) RETURN count(e) AS n');
    const [links] = await graph.read<{ n: number }>('MATCH (:Entity)-[r]->() RETURN count(r) AS n');
    return { entities: nodes?.n ?? 0, statements: links?.n ?? 0 };
  }
}
