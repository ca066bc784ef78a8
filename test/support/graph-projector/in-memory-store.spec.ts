import { graphStoreContract } from '../../contracts/graph-store.contract.js';
import { InMemoryStore } from './in-memory-store.js';

describe('a graph in memory', () => {
  graphStoreContract(() => Promise.resolve(new InMemoryStore()));
});
