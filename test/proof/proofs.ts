/**
 * The longer proofs, by name. `npm test` runs each of them small; here they run in full, or with `--ci` in the size that a
 * build can wait for. A proof is a set of specs, or a program whose last line is one JSON object with `ok`.
 */
export type Proof =
  | {
      name: string;
      shows: string;
      specs: string[];
      /** Those that `npm test` leaves out, or runs without what takes long, and a build runs all the same. */
      leftToBuilds?: string[];
    }
  | { name: string; shows: string; program: (size: Size) => string[]; needsData?: true };

export type Size = 'ci' | 'full';

export const PROOFS: Proof[] = [
  {
    name: 'log',
    shows: 'the log loses, inverts and doubles nothing, and the broken ways of reading it are caught',
    specs: ['test/flow/log-'],
  },
  {
    name: 'projector',
    shows: 'the graph equals the fold of the log, whatever is repeated, missing, poisoned or put back',
    specs: ['test/flow/projector[-.]'],
    leftToBuilds: ['test/flow/projector.flow'],
  },
  {
    name: 'kills',
    shows:
      'each process and each server killed in the middle of work, and a minute without Kafka or Neo4j: nothing lost, nothing twice',
    specs: ['test/flow/kills'],
    leftToBuilds: ['test/flow/kills'],
  },
  {
    name: 'noninterference',
    shows: 'nobody learns what they may not see, nobody is kept from what they may see',
    specs: ['test/noninterference/'],
  },
  {
    name: 'graph-model',
    shows:
      'every question answers what a clerk knows who reads every event, whatever was said, taken back, merged and split',
    specs: ['test/graph-model/'],
  },
  {
    name: 'referrals',
    shows:
      'whatever agencies, platforms and the timekeeper do at once, repeat or break off: each command takes effect once, and clocks are right',
    specs: ['test/casework/'],
  },
  {
    name: 'feeds',
    shows:
      'each subscriber ends with exactly what it may have, in order and complete, whatever is killed, gained or lost, on every channel; and learns nothing else',
    specs: ['test/feeds/', 'apps/partner-feeds/', 'libs/feeds/'],
  },
  {
    name: 'planted-leaks',
    shows: 'each leak planted into code, Cypher and SQL is caught',
    specs: ['test/planted-leaks/'],
    leftToBuilds: ['test/planted-leaks/leaks-in-code'],
  },
  {
    name: 'injection',
    shows: 'whatever somebody writes into a question, it stays a text',
    specs: ['test/injection/'],
  },
  {
    name: 'closed-doors',
    shows: 'no route opens to a role, an organisation, a token or a spelling that it is not meant for',
    specs: ['test/closed-doors/'],
  },
  {
    name: 'import',
    shows:
      'POLE and CAVIAR come in through the public interface, every row accounted for, and the graph agrees with the files',
    program: () => ['dist/test/proof/import-proof.js'],
    needsData: true,
  },
  {
    name: 'known-answers',
    shows: 'on POLE every count and shortest path is the one that a plain search over the files finds',
    program: (size) => ['dist/test/proof/known-answers-proof.js', ...(size === 'ci' ? ['--ci'] : [])],
    needsData: true,
  },
  {
    name: 'demo',
    shows: 'the demonstration plays to its end',
    program: () => ['dist/infra/demo/main.js', '--once', '--json'],
  },
];
