import { locate, PRESENT } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import type { Drawn, PageTerms, Question } from '../reading/question.js';
import type { StatementRow } from '../reading/statement-row.js';
import { OriginNumbers } from '../reading/statement-view.js';
import { notValid } from '../terms/continuation.js';
import type { Reading } from '../terms/seed.js';
import { CASES } from '../questions/cluster-cases.js';
import { notFound } from '../questions/not-found.js';
import { BELONGINGS, SIGHTINGS, SUCCESSORS } from './belongings-graph.js';
import { BELONGINGS_OF_ONE, gather } from './gathered.js';
import { membersFrom } from './members.js';
import { mergedInto, type Merged } from './merged.js';
import { entities, firstPage, HISTORY, memberOf, totalsOf, type About, type NetworkCard } from './network-answer.js';
import { ABOUT_NETWORK, MEMBERSHIPS, PARTS } from './network-graph.js';

/**
 * An assessed network as this viewer sees it: what it is called and taken for, by whom; who is in it, with whatever was merged
 * into it; what its members have and run; what was referred and removed of it, and what came back. Members that only others
 * may see are in their cards and in nobody else's, wherever their network was merged to.
 */

export interface NetworkCardTerms extends PageTerms {
  readings: readonly Reading[];
  validity: Validity;
}

/** Statements of names, assessments and history. The rest of more is on its entity card, and the card of the network says that there is more. */
const ABOUT = 500;
/** Statements of membership in all its networks; who comes later by id is left out, and the card says so. */
export const MOST_MEMBERSHIPS = 10_000;

async function draw(reader: Reader, terms: NetworkCardTerms): Promise<Drawn<NetworkCard>> {
  const located = await locate(reader, terms.readings);
  const [entity, ...alsoFound] = located.filter(({ kind }) => kind === 'network');
  if (entity === undefined) return notFound(terms.readings);
  const [offset, previous] = (terms.after ?? [0, '']) as [number, string];
  const { validity, limit } = terms;
  const merged = await mergedInto(reader, entity.id, validity);
  const ids = [entity.id, ...merged.parts.map((part) => part.entity.id)];
  const rows = await reader.rows(MEMBERSHIPS, { ids, limit: MOST_MEMBERSHIPS + 1, ...validity });
  const members = membersFrom(wholeMembers(rows), entity.id, validity);
  // The page before ended elsewhere: rights have changed meanwhile, and going on would skip or repeat.
  if (offset > 0 && members[offset - 1]?.entity.id !== previous) throw notValid();
  const shown = members.slice(offset, offset + limit);
  const page = await gather(reader, entities(shown), validity);
  const first = offset === 0 ? await aboutOf(reader, entity.id, merged, validity) : undefined;
  // Totals are of all members, whose page is usually the whole of them.
  const all = offset > 0 || shown.length === members.length ? page : await gather(reader, entities(members), validity);
  const bounds: NetworkCard['boundedBy'] = [
    ...(merged.boundedBy === undefined ? [] : [merged.boundedBy]),
    ...(rows.length > MOST_MEMBERSHIPS ? (['memberships'] as const) : []),
    ...(all.more ? (['belongings'] as const) : []),
    ...(first?.more === true ? (['statements'] as const) : []),
  ];
  const more = members.length > offset + shown.length;
  const has = [...page.belongings.values()].flatMap((own) => own.slice(0, BELONGINGS_OF_ONE));
  return {
    ids: [...new Set([...ids, ...entities(shown).map(({ id }) => id), ...has.map(({ other }) => other)])],
    positions: [
      ...(first?.about ?? []).map(({ pos }) => pos),
      ...shown.flatMap(({ memberships }) =>
        memberships.flatMap(({ row, endedBy }) => [row, ...endedBy].map(({ pos }) => pos)),
      ),
    ],
    truncated: more || bounds.length > 0,
    ...(more ? { after: [offset + shown.length, shown.at(-1)!.entity.id] } : {}),
    finish: (sources) => {
      const origins = new OriginNumbers();
      return {
        found: true,
        entity,
        alsoFound,
        ...(first === undefined
          ? {}
          : { ...firstPage(first, merged, sources, origins), totals: totalsOf(members, all) }),
        members: shown.map((member) => memberOf(member, page, sources, origins)),
        ...(bounds.length === 0 ? {} : { boundedBy: bounds }),
      };
    },
  };
}

/** Cut off between two members: half of what is said and unsaid of one would be another story. */
function wholeMembers(rows: readonly StatementRow[]): readonly StatementRow[] {
  if (rows.length <= MOST_MEMBERSHIPS) return rows;
  const cut = rows.at(-1)!.other;
  return rows.filter(({ other }) => other !== cut);
}

async function aboutOf(reader: Reader, network: string, { parts }: Merged, validity: Validity): Promise<About> {
  const rows = await reader.rows(ABOUT_NETWORK, { id: network, limit: ABOUT + 1, ...validity });
  const about = rows.slice(0, ABOUT);
  const others = about.filter(({ relation }) => HISTORY.includes(relation)).map(({ other }) => other);
  const ids = [...new Set([...others, ...parts.map(({ entity }) => entity.id)])];
  const terms = { ids, relations: ['HAS_NAME'], each: BELONGINGS_OF_ONE, ...validity };
  const names = new Map<string, string[]>();
  for (const { at, otherKey } of ids.length === 0 ? [] : await reader.rows(BELONGINGS, terms))
    names.set(at, [...(names.get(at) ?? []), otherKey]);
  return { about, more: rows.length > ABOUT, names };
}

export const NETWORK_CARD: Question<NetworkCardTerms, NetworkCard> = {
  name: 'network-card',
  fetches: [PRESENT, PARTS, MEMBERSHIPS, ABOUT_NETWORK, BELONGINGS, CASES, SIGHTINGS, SUCCESSORS],
  draw,
};
