import { unsized } from './unsized.js';

describe('lists that a text goes through by place', () => {
  it('travel in a map, each as it is', () => {
    const walk =
      'UNWIND range(0, size($frontier) - 1) AS place MATCH (e {id: $frontier[place]}) WHERE e.pos <= $position';
    expect(unsized(walk, { frontier: ['a', 'b'], position: 7 })).toEqual({
      cypher: walk.replaceAll('$frontier', '$placed.frontier'),
      params: { placed: { frontier: ['a', 'b'] }, position: 7 },
    });
    const pairs = 'UNWIND range(0, size($through) - 1) AS pair MATCH (e {id: $ids[$through[pair]]})';
    expect(unsized(pairs, { through: [0], ids: ['a'] })).toEqual({
      cypher: 'UNWIND range(0, size($placed.through) - 1) AS pair MATCH (e {id: $placed.ids[$placed.through[pair]]})',
      params: { placed: { through: [0], ids: ['a'] } },
    });
  });

  it.each([
    ['is held against', 'MATCH (e) WHERE e.id IN $ids AND size($ids) > 1 RETURN e', { ids: ['a'] }],
    ['is a pair', 'MATCH (n) WHERE n.at = $from[0] AND n.pos >= $from[1] RETURN n', { from: [1, 2] }],
    ['is unwound', 'UNWIND $ids AS id MATCH (e {id: id}) RETURN e', { ids: ['a'] }],
    ['is no list', 'MATCH (e {id: $id}) RETURN e', { id: 'a' }],
  ])('and nothing else does: not what %s', (_, cypher, params) => {
    expect(unsized(cypher, params)).toEqual({ cypher, params });
  });
});
