import { unsized } from './unsized.js';

describe('lists of a request', () => {
  it('travel in a map, each as it is, and everything else beside it', () => {
    const walk =
      'UNWIND range(0, size($ids) - 1) AS at MATCH (e {id: $ids[at]}) WHERE e.aud IN $auds AND e.pos <= $pos';
    expect(unsized(walk, { ids: ['a', 'b'], auds: [1], pos: 7 })).toEqual({
      cypher:
        'UNWIND range(0, size($lists.ids) - 1) AS at MATCH (e {id: $lists.ids[at]}) WHERE e.aud IN $lists.auds AND e.pos <= $pos',
      params: { lists: { ids: ['a', 'b'], auds: [1] }, pos: 7 },
    });
  });

  it('are told from what only begins with their name', () => {
    const { cypher } = unsized('MATCH (e) WHERE e.id IN $id AND e.key = $idKey', { id: ['a'], idKey: 'b' });
    expect(cypher).toBe('MATCH (e) WHERE e.id IN $lists.id AND e.key = $idKey');
  });

  it('may be none in the next request with the same text', () => {
    const cypher = 'MATCH (e) WHERE $among IS NULL OR e.id IN $among RETURN e';
    expect(unsized(cypher, { among: ['a'] }).cypher).toContain('$lists.among');
    expect(unsized(cypher, { among: null })).toEqual({ cypher, params: { among: null } });
  });
});
