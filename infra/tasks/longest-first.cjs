/**
 * The order of the spec files. Jest puts first what took longest in the last run, but on a fresh clone it knows nothing and goes
 * by the size of the files: a long one would then run alone at the end. Each of these takes a quarter of a minute and more; those
 * that keep the servers busy stand beside those that only reckon.
 */
const Sequencer = require('@jest/test-sequencer').default;

const LONGEST = [
  'test/flow/kills.flow',
  'test/noninterference/noninterference',
  'test/flow/casework.flow',
  'test/noninterference/over-http',
  'infra/local/servers',
  'test/flow/log-relay.flow',
  'apps/query-api/reading/cypher',
  'test/flow/projector.flow',
  'apps/query-api/questions/questions',
  'test/closed-doors/closed-doors',
  'test/flow/import.flow',
  'test/flow/projector-neo4j',
  'test/noninterference/two-worlds',
  'apps/query-api/questions/regrades',
  'infra/local/stack/stack',
  'test/flow/assertions.flow',
  'test/flow/log-order.flow',
  'infra/local/test-servers',
  'apps/command-api/releases/races',
  'apps/query-api/questions/visible-world',
  'bench/projector/writers',
];

function placeOf({ path }) {
  const place = LONGEST.findIndex((name) => path.includes(`/${name}.`));
  return place === -1 ? LONGEST.length : place;
}

module.exports = class extends Sequencer {
  async sort(tests) {
    return [...(await super.sort(tests))].sort((one, other) => placeOf(one) - placeOf(other));
  }
};
