import { checkSchema, createSchema, graphDigest, openGraph, type Graph } from '#graph';
import { ownNeo4j, STARTUP_MS, type OwnNeo4j } from '../../infra/local/test-servers.js';
import { graphStoreContract } from '../../test/contracts/graph-store.contract.js';
import { neo4jStore } from './writing/graph-store.js';

jest.setTimeout(120_000);

describe('a graph in Neo4j', () => {
  let neo4j: OwnNeo4j;
  let graph: Graph;

  beforeAll(async () => {
    neo4j = await ownNeo4j({ bare: true });
    graph = await openGraph(neo4j);
  }, STARTUP_MS);

  afterAll(async () => {
    await graph.close();
    await neo4j.release();
  });

  it('does not take work without its constraints', async () => {
    await expect(checkSchema(graph)).rejects.toMatchObject({ code: 'graph.schema' });
    await createSchema(graph);
    await checkSchema(graph);
  });

  describe('takes writes', () => {
    graphStoreContract(async () => {
      await graph.command('MATCH (n) DETACH DELETE n');
      return {
        ...neo4jStore(graph, (error) => {
          throw error;
        }),
        digest: () => graphDigest(graph),
      };
    });
  });
});
