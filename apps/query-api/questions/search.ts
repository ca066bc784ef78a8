import type { EntityKind, RelationType } from '#events';
import { entityOf, locate, PRESENT, type Entity } from '../reading/entity.js';
import type { Reader } from '../reading/fetch.js';
import type { Drawn, PageTerms, Question } from '../reading/question.js';
import { byText } from '../reading/statement-row.js';
import type { Corroboration, Sources } from '../reading/statement-view.js';
import type { Reading } from '../terms/seed.js';
import { periodText } from '../terms/times.js';
import { notFound } from './not-found.js';
import { alikeTo, CARRIERS, NAMES, type CarrierRow, type Wanted } from './search-names.js';

/**
 * Who is this text about? What it names itself, in every likely reading; who carries it as a handle or a name, now or in the
 * past; and who carries a name like it. What the viewer may not see takes no place and decides no order.
 */

export interface SearchTerms extends PageTerms {
  readings: readonly Reading[];
  text: string;
  kinds: readonly EntityKind[] | undefined;
  wanted: Wanted;
}

export interface Search {
  found: boolean;
  understoodAs?: Omit<Reading, 'id'>[];
  /** On the first page: what the text itself names, the likeliest reading first. */
  named?: Named[];
  /** Who carries it as a handle or name, and then who carries names like it: the most alike first, then by id of the name. */
  carriers?: Carrier[];
}

export interface Named {
  entity: Entity;
  /** `exact`: its key is the text; `normalised`: the text is another spelling of it. */
  match: 'exact' | 'normalised';
  /** What the rules noticed about the text, such as an assumed region. */
  flags: readonly string[];
}

export interface Carrier extends Corroboration {
  entity: Entity;
  /** The handle or name by which it was found. */
  through: Entity;
  relations: RelationType[];
  match: 'exact' | 'similar';
  /** 0.3 to 1, to the thousandth: trigrams that both have, of all that one of them has. */
  similarity: number;
  said: string[];
  from?: string;
  to?: string;
  /** When the newest statement was recorded. */
  recorded: string;
}

/** A handle or name, and how like the text it is; over 1 where the text itself names it. */
interface Through {
  id: string;
  similarity: number;
}

/** Longer texts are no names that people have; they are read as identifiers only. */
const LONGEST_NAME = 200;
/** The text itself: before every name that is only like it. */
const ITSELF = 2;
/** A name with very many carriers is asked alone: it fills the page. */
const AT_ONCE = [1, 4, 16, 64, 256];

interface Place {
  from: Through;
  carrier: string;
}

async function draw(reader: Reader, terms: SearchTerms): Promise<Drawn<Search>> {
  const located = await locate(reader, terms.readings);
  const place = placeOf(terms.after);
  const exact = located.filter(({ kind }) => kind === 'name' || kind === 'handle').map(({ id }) => id);
  const rows = await carriersFrom(reader, terms, exact.sort(byText), place);
  const shown = rows.slice(0, terms.limit);
  const named = terms.after === undefined ? located.filter(({ kind }) => terms.kinds?.includes(kind) ?? true) : [];
  if (terms.after === undefined && named.length + shown.length === 0) return notFound(terms.readings);
  const last = shown.at(-1);
  const truncated = rows.length > shown.length;
  return {
    ids: [...new Set([...named.map(({ id }) => id), ...shown.flatMap((row) => [row.id, row.named])])],
    positions: [...new Set(shown.map(({ newest }) => newest))],
    truncated,
    ...(truncated && last !== undefined ? { after: [last.similarity, last.named, last.id] } : {}),
    finish: (sources) => ({
      found: true,
      ...(terms.after === undefined ? { named: named.map((entity) => namedAs(entity, terms)) } : {}),
      carriers: shown.map((row) => carrierOf(row, sources)),
    }),
  };
}

function placeOf([similarity, named, carrier] = [ITSELF, '', ''] as (number | string)[]): Place {
  return { from: { similarity: Number(similarity), id: String(named) }, carrier: String(carrier) };
}

type Ranked = CarrierRow & Pick<Through, 'similarity'>;

/** One more than the page takes, from the place where it begins. */
async function carriersFrom(
  reader: Reader,
  { text, wanted, limit }: SearchTerms,
  exact: readonly string[],
  { from, carrier }: Place,
): Promise<Ranked[]> {
  const rows: Ranked[] = [];
  const take = async (throughs: readonly Through[]): Promise<void> => {
    for (let start = 0, turn = 0; start < throughs.length && rows.length <= limit; turn += 1) {
      const some = throughs.slice(start, start + (AT_ONCE[turn] ?? throughs.length));
      start += some.length;
      const afterId = some[0]!.id === from.id ? carrier : '';
      const ids = some.map(({ id }) => id);
      const found = await reader.rows(CARRIERS, { ...wanted, ids, afterId, limit: limit + 1 - rows.length });
      rows.push(...found.map((row) => ({ ...row, similarity: some[row.at]!.similarity })));
    }
  };
  if (from.similarity === ITSELF)
    await take(exact.filter((id) => id >= from.id).map((id) => ({ id, similarity: ITSELF })));
  const alike = text.length > LONGEST_NAME ? undefined : alikeTo(text);
  if (alike === undefined || rows.length > limit) return rows;
  const onward = { below: from.similarity, fromId: from.similarity === ITSELF ? '' : from.id };
  // Each of them has a carrier that is shown, but for the one at which the page before ended.
  const names = { ...wanted, ...alike, ...onward, except: [...exact], limit: limit + 2 - rows.length };
  await take(await reader.rows(NAMES, names));
  return rows;
}

function namedAs(entity: Entity, { readings, text }: SearchTerms): Named {
  const flags = readings.find(({ id }) => id === entity.id)?.flags ?? [];
  return { entity, match: entity.key === text.trim() ? 'exact' : 'normalised', flags };
}

function carrierOf(row: Ranked, sources: Sources): Carrier {
  return {
    entity: entityOf(row.id, row.key, row.labels),
    through: entityOf(row.named, row.namedKey, row.namedLabels),
    relations: [...row.relations].sort(byText),
    match: row.similarity === ITSELF ? 'exact' : 'similar',
    similarity: Math.min(1, Math.round(row.similarity * 1000) / 1000),
    statements: row.statements,
    organisations: row.organisations,
    independentOrigins: row.independentOrigins,
    withoutOrigin: row.withoutOrigin,
    said: row.orgs.map((org) => sources.organisation(org)).sort(byText),
    ...periodText(row.from, row.to),
    recorded: sources.recorded(row.newest).at,
  };
}

export const SEARCH: Question<SearchTerms, Search> = {
  name: 'search',
  fetches: [PRESENT, NAMES, CARRIERS],
  draw,
};
