import type { CypherParams, Graph } from '#graph';
import { byNodes } from '../../apps/query-api/reading/nodes.js';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { QuestionStand } from '../flow/questions-stand.js';
import { leakingCypher, LEAKS_IN_CYPHER } from '../planted-leaks/leaks-in-cypher.js';
import { BOUNDS } from './asking-world.js';
import { QUESTIONS } from './requests.js';
import { overHttp, storeWorlds, type StoredCase, type StoredWorlds } from './stored-worlds.js';

/**
 * The proof in memory once more where it counts: over HTTP, on a real PostgreSQL and a real Neo4j. Then each leak is planted
 * into a Cypher on its way to the server, and the same questions must find it.
 */

const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const EXTENT = FULL ? { worlds: 50, questions: 40, seed: 1_000 } : { worlds: 6, questions: 50, seed: 1_000 };
const PROOF_MS = 600_000;
/** Questions that a leak may take to show. */
const PATIENCE = 600;

let stand: QuestionStand;
let worlds: StoredWorlds;
/** Texts of Cypher that arrive at the server as others. */
const planted = new Map<string, string>();

beforeAll(async () => {
  const bounds = {
    BREAKWATER_HUB_LIMIT: `${BOUNDS.hubLimit}`,
    BREAKWATER_TIE_LIMIT: `${BOUNDS.hubLimit}`,
    BREAKWATER_CLUSTER_LIMIT: `${BOUNDS.entityLimit}`,
  };
  stand = await QuestionStand.open(bounds, leaking);
  worlds = await storeWorlds(stand, EXTENT);
}, STARTUP_MS);
afterAll(() => stand?.close());

function leaking(graph: Graph): Graph {
  const read = (cypher: string, params?: CypherParams, options?: object): Promise<unknown[]> =>
    graph.read(planted.get(cypher) ?? cypher, params, options);
  return Object.assign(Object.create(graph) as Graph, { read: read as Graph['read'] });
}

describe('over HTTP, from real stores', () => {
  it(
    'each caller gets what the part that they may see gives',
    async () => {
      const { cases } = worlds;
      const differing: object[] = [];
      for (const each of cases) {
        const answer = await overHttp(stand, each);
        if (answer !== each.expected) differing.push({ ...each, answer });
      }
      expect(differing.slice(0, 3)).toEqual([]);
      const touched = cases.filter((each) => each.touched).length;
      expect(cases.length).toBe(EXTENT.worlds * EXTENT.questions);
      expect(touched / cases.length).toBeGreaterThanOrEqual(0.5);
      process.stdout.write(`${cases.length} questions over HTTP; hidden data touch ${touched} of them\n`);
    },
    PROOF_MS,
  );

  it.each(LEAKS_IN_CYPHER.map((leak) => [leak.name, leak]))(
    'a leak in Cypher is caught: %s',
    async (name, leak) => {
      const { text, leaking } = leakingCypher(leak);
      planted.set(text, leaking);
      const [byNumbers, leakingToo] = [byNodes(text), byNodes(leaking)];
      expect(leakingToo?.named).toEqual(byNumbers?.named);
      if (byNumbers !== undefined) planted.set(byNumbers.cypher, leakingToo!.cypher);
      try {
        let asked = 0;
        let found = false;
        for await (const each of finding(leak.fetch)) {
          asked += 1;
          found = (await overHttp(stand, each)) !== each.expected;
          if (found || asked === PATIENCE) break;
        }
        expect(found).toBe(true);
        process.stdout.write(`${String(asked).padStart(7)} questions  ${leak.fetch.padEnd(24)}  ${name}\n`);
      } finally {
        planted.clear();
      }
    },
    PROOF_MS,
  );
});

/** Only a question that sends this Cypher can find a leak in it. */
async function* finding(fetch: string): AsyncGenerator<StoredCase> {
  const sends = ({ asked: { question } }: StoredCase): boolean => fetch === 'present' || fetch.startsWith(question);
  yield* worlds.cases.filter(sends);
  const question = QUESTIONS.find((each) => fetch.startsWith(each));
  if (question !== undefined) yield* worlds.more(question);
}
