/** Leaks as somebody might write them into the Cypher of a question. Each must fit its text exactly once. */
import { FETCHES } from '../../apps/query-api/query-api.js';
import { edited } from './planted-module.js';

export interface CypherLeak {
  name: string;
  fetch: string;
  find: string;
  replace: string;
}

/** What every relationship has to pass; taken away, everything passes. */
const everything = (relationship: string): Pick<CypherLeak, 'find' | 'replace'> => ({
  find: `${relationship}.aud IN $audiences AND`,
  replace: `($audiences IS NOT NULL) AND`,
});

export const LEAKS_IN_CYPHER: readonly CypherLeak[] = [
  { name: 'an entity of which everything is hidden is found', fetch: 'present', ...everything('r') },
  { name: 'the card shows hidden statements', fetch: 'entity-card.statements', ...everything('r') },
  {
    name: 'the page of a card is cut before it is filtered',
    fetch: 'entity-card.statements',
    find: 'WITH e, r, o ORDER BY r.pos DESC, coalesce(r.i, 0) LIMIT $limit',
    replace: `WITH e MATCH (e)-[r]-(o:Entity) WITH e, r, o ORDER BY r.pos DESC, coalesce(r.i, 0) LIMIT $limit
      WITH DISTINCT e, r, o WHERE r.aud IN $audiences`,
  },
  { name: 'totals over all pages count what is hidden', fetch: 'entity-card.totals', ...everything('r') },
  { name: 'corroboration of links counts what is hidden', fetch: 'entity-card.claims', ...everything('r') },
  { name: 'corroboration of literals counts what is hidden', fetch: 'entity-card.claims', ...everything('s') },
  { name: 'hidden links decide the order of neighbours', fetch: 'neighbours.links', ...everything('r') },
  { name: 'hidden statements stand in a link that is seen', fetch: 'neighbours.links', ...everything('s') },
  { name: 'hidden links bind, make a hub and stand behind a membership', fetch: 'cluster.held', ...everything('r') },
  { name: 'a hidden parting shows as a conflict', fetch: 'cluster.parted', ...everything('r') },
  { name: 'the timeline tells what is hidden', fetch: 'timeline.entries', ...everything('r') },
  { name: 'a path shows what is hidden behind its ties', fetch: 'paths.said', ...everything('r') },
  { name: 'hidden links make a key player a hub', fetch: 'key-players.tied', ...everything('r') },
  { name: 'a hidden demotion makes a hub', fetch: 'cluster.held', ...everything('d') },
  { name: 'the card of a network has hidden members', fetch: 'network-card.memberships', ...everything('r') },
  { name: 'what was recorded in secret counts as a change', fetch: 'changes.changed', ...everything('r') },
  { name: 'what is said in secret supports a claim', fetch: 'what-would-fall.support', ...everything('r') },
  { name: 'a look-up counts before it filters', fetch: 'list-look-up.hits', ...everything('r') },
  { name: 'a file of a list is marked by what is hidden', fetch: 'list-look-up.marked', ...everything('r') },
  { name: 'names that are hidden take places', fetch: 'search.names', ...everything('r') },
  { name: 'who carries a name in secret is found by it', fetch: 'search.carriers', ...everything('r') },
  { name: 'what is said in secret of a name is counted', fetch: 'search.carriers', ...everything('s') },
  {
    name: 'an unmarked statement would be for everybody, and so is a marked one that an OR lets in',
    fetch: 'neighbours.links',
    find: 's.aud IN $audiences AND s.pos <= $position AND',
    replace: '(s.aud IN $audiences OR s.conf IS NULL) AND s.pos <= $position AND',
  },
  {
    name: 'what was withdrawn still stands',
    fetch: 'entity-card.statements',
    find: 'AND (r.gone IS NULL OR r.gone > $position)',
    replace: '',
  },
];

/** The Cypher with the leak in it, and the text that it takes the place of. */
export function leakingCypher(leak: CypherLeak): { text: string; leaking: string } {
  const fetch = FETCHES.find(({ name }) => name === leak.fetch);
  if (fetch === undefined) throw new Error(`no fetch is called ${leak.fetch}`);
  return { text: fetch.cypher, leaking: edited(fetch.cypher, leak, leak.fetch) };
}
