import type { Grading, RelationType } from '#events';
import { entityOf, type Entity } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import type { Drawn, PageTerms, Question } from '../reading/question.js';
import { howText, OriginNumbers, viewOf, type Sources, type StatementView } from '../reading/statement-view.js';
import { notValid } from '../terms/continuation.js';
import type { Reading } from '../terms/seed.js';
import { BESIDE, CHANGED, gradedAt, PRESENT_SINCE, type ChangedRow, type Since } from './changes-graph.js';
import { notFound } from './not-found.js';

/**
 * What changed between two times of knowledge on the card of an entity and on those next to it: recorded, withdrawn, graded anew.
 * Only of what the viewer may see now; that somebody may see more or less of it than before is no change of what is known, and
 * never told.
 */

export interface ChangesTerms extends PageTerms {
  readings: readonly Reading[];
  validity: Validity;
  /** Log position of the earlier state; the later one is that of the answer. */
  since: number;
  /** Whether the cards of the entities next to it are looked at too. */
  neighbours: boolean;
}

export interface Changes {
  found: boolean;
  entity?: Entity;
  alsoFound?: Entity[];
  understoodAs?: Omit<Reading, 'id'>[];
  /** Newest first. */
  changes?: Change[];
  /** Over all pages. */
  totals?: { recorded: number; withdrawn: number; gradedAnew: number };
  /** More changed than is read, or more stand next to it; what is left out is the older, and the neighbours later by id. */
  boundedBy?: ('changes' | 'neighbours')[];
}

export interface Change {
  change: 'recorded' | 'withdrawn' | 'graded-anew';
  /** When it was recorded, to the second. */
  at: string;
  /** On whose card the statement stands: the entity asked about, or one next to it. */
  of: Entity;
  relation: RelationType;
  direction: 'outgoing' | 'incoming';
  other?: Entity;
  property?: string;
  value?: string | number | boolean;
  unit?: string;
  /** As graded at the end of the period. */
  statement: StatementView;
  /** Of `graded-anew`: what it was graded before, and then. */
  graded?: Record<'before' | 'after', { kind: 'fact' | 'assessment'; grading?: Grading }>;
}

/** Statements with a change that are read, the newest changes first; and entities next to the seed, by id. */
export const MOST_CHANGED = 2_000;
export const MOST_BESIDE = 200;

interface Found {
  row: ChangedRow;
  change: Change['change'];
  /** Log position of the event that changed it. */
  at: number;
  before?: number | null;
  after?: number | null;
}

async function draw(reader: Reader, terms: ChangesTerms): Promise<Drawn<Changes>> {
  const { since, validity } = terms;
  const located = await locateSince(reader, terms);
  const [entity, ...alsoFound] = located;
  if (entity === undefined) return notFound(terms.readings);
  const period = { since, ...validity };
  const own = await reader.rows(CHANGED, { ids: [entity.id], limit: MOST_CHANGED + 1, ...period });
  const beside = terms.neighbours
    ? await reader.rows(BESIDE, { id: entity.id, limit: MOST_BESIDE + 1, ...period })
    : [];
  const around = beside.slice(0, MOST_BESIDE).map(({ id, key, labels }) => entityOf(id, key, labels));
  const theirs = await changedAround(reader, around, period);
  const found = changesIn([...own.slice(0, MOST_CHANGED), ...theirs.slice(0, MOST_CHANGED)], since);
  const [offset, previous] = (terms.after ?? [0, '']) as [number, string];
  // The page before ended elsewhere: rights have changed meanwhile, and going on would skip or repeat.
  if (offset > 0 && (found[offset - 1] === undefined || nameOf(found[offset - 1]!) !== previous)) throw notValid();
  const shown = found.slice(offset, offset + terms.limit);
  const more = found.length > offset + shown.length;
  const boundedBy: Changes['boundedBy'] = [
    ...(own.length > MOST_CHANGED || theirs.length > MOST_CHANGED ? (['changes'] as const) : []),
    ...(beside.length > MOST_BESIDE ? (['neighbours'] as const) : []),
  ];
  const cards = new Map([entity, ...around].map((one) => [one.id, one]));
  return {
    ids: [...new Set([...located.map(({ id }) => id), ...shown.flatMap(({ row }) => [row.here, row.other])])],
    positions: shown.flatMap(({ row, at }) => [row.pos, at]),
    truncated: more || boundedBy.length > 0,
    ...(more ? { after: [offset + shown.length, nameOf(shown.at(-1)!)] } : {}),
    finish: (sources) => {
      const origins = new OriginNumbers();
      return {
        found: true,
        entity,
        alsoFound,
        changes: shown.map((one) => changeOf(one, cards, sources, origins)),
        totals: totalsOf(found),
        ...(boundedBy.length === 0 ? {} : { boundedBy }),
      };
    },
  };
}

/** As at the later time alone, what was withdrawn altogether would be nowhere. */
async function locateSince(reader: Reader, { readings, since }: ChangesTerms): Promise<Entity[]> {
  const rows = await reader.rows(PRESENT_SINCE, { ids: [...new Set(readings.map(({ id }) => id))], since });
  const known = new Map(rows.map(({ id, key, labels }) => [id, entityOf(id, key, labels)]));
  return [...new Set(readings.map(({ id }) => id))].flatMap((id) => known.get(id) ?? []);
}

async function changedAround(reader: Reader, around: readonly Entity[], period: Since): Promise<ChangedRow[]> {
  if (around.length === 0) return [];
  return reader.rows(CHANGED, { ids: around.map(({ id }) => id), limit: MOST_CHANGED + 1, ...period });
}

/** Every change once, from whichever end it was read first; the newest first. */
function changesIn(rows: readonly ChangedRow[], since: number): Found[] {
  const once = new Map<string, ChangedRow>();
  for (const row of rows) {
    const key = `${row.pos} ${row.i}`;
    if (!once.has(key)) once.set(key, row);
  }
  return [...once.values()]
    .flatMap((row) => changesOfRow(row, since))
    .sort(
      (one, other) =>
        other.at - one.at ||
        other.row.pos - one.row.pos ||
        one.row.i - other.row.i ||
        (one.change < other.change ? -1 : 1),
    );
}

function changesOfRow(row: ChangedRow, since: number): Found[] {
  const found: Found[] = row.pos > since ? [{ row, change: 'recorded', at: row.pos }] : [];
  let before = row.first;
  for (const how of row.hows) {
    const [at, after] = [gradedAt(how), how % 4096];
    // Where only the marking changed, the grading was repeated at most.
    if (at > since && after !== (before ?? 0)) found.push({ row, change: 'graded-anew', at, before, after });
    before = after;
  }
  if (row.gone !== null) found.push({ row, change: 'withdrawn', at: row.gone });
  return found;
}

/** Enough to notice that another change stands there now. */
function nameOf({ row, change }: Found): string {
  return `${change} ${row.relation} ${row.i} ${row.here} ${row.other}`;
}

function totalsOf(found: readonly Found[]): Changes['totals'] {
  const count = (change: Change['change']): number => found.filter((one) => one.change === change).length;
  return { recorded: count('recorded'), withdrawn: count('withdrawn'), gradedAnew: count('graded-anew') };
}

function changeOf(
  { row, change, at, before, after }: Found,
  cards: ReadonlyMap<string, Entity>,
  sources: Sources,
  origins: OriginNumbers,
): Change {
  const { relation, outgoing, other, otherKey, otherLabels, prop, val, unit } = row;
  return {
    change,
    at: sources.recorded(at).at,
    of: cards.get(row.here)!,
    relation,
    direction: outgoing ? 'outgoing' : 'incoming',
    ...(relation === 'STATED' ? {} : { other: entityOf(other, otherKey, otherLabels) }),
    ...(prop === null ? {} : { property: prop }),
    ...(val === null ? {} : { value: val }),
    ...(unit === null ? {} : { unit }),
    statement: viewOf(row, sources, origins),
    ...(after === undefined ? {} : { graded: { before: howText(before ?? null), after: howText(after) } }),
  };
}

export const CHANGES: Question<ChangesTerms, Changes> = {
  name: 'changes',
  fetches: [PRESENT_SINCE, BESIDE, CHANGED],
  draw,
};
