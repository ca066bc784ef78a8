import type { Fetch, Validity } from '../reading/fetch.js';
import { holdsIn, stands } from '../reading/fetch.js';
import { byText } from '../reading/statement-row.js';
import { toTheSecond } from '../terms/times.js';

/** Which members of a network were referred, which were removed, and after how long they came back. */

export interface CasesOfMember {
  referred?: CaseTimes;
  removed?: CaseTimes;
}

export interface CaseTimes {
  /** Statements that say so: several agencies may have asked for the same. */
  statements: number;
  /** When, as dated: the earliest and the latest (ISO 8601, UTC). */
  first?: string;
  last?: string;
}

/** One row for each member and relation. */
export interface CasesRow {
  at: string;
  relation: 'REFERS' | 'REMOVED';
  statements: number;
  /** Epoch seconds, sorted, each once. */
  dates: number[];
}

export const CASES: Fetch<{ members: string[] } & Validity, CasesRow> = {
  name: 'cluster.cases',
  cypher: `
    UNWIND $members AS id
    MATCH (e:Entity {id: id})<-[r:REFERS|REMOVED]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    WITH e, r ORDER BY r.from
    RETURN e.id AS at, type(r) AS relation, count(r) AS statements, collect(DISTINCT r.from) AS dates
    ORDER BY at, relation`,
  meaning: (world, params) =>
    [...params.members].sort(byText).flatMap((at) =>
      (['REFERS', 'REMOVED'] as const).flatMap((relation): CasesRow[] => {
        const said = world.filter(
          (one) => one.relation === relation && one.object.id === at && stands(one, params) && holdsIn(one, params),
        );
        const dates = [...new Set(said.flatMap(({ from }) => from ?? []))].sort((one, other) => one - other);
        return said.length === 0 ? [] : [{ at, relation, statements: said.length, dates }];
      }),
    ),
  warmUp: { members: ['none'], validStart: 0, validEnd: 1 },
};

/** What the rows say of each member, and how long after a removal something came back. */
export class Cases {
  private readonly rows: ReadonlyMap<string, CasesRow>;

  constructor(rows: readonly CasesRow[]) {
    this.rows = new Map(rows.map((row) => [`${row.relation} ${row.at}`, row]));
  }

  of(member: string): CasesOfMember | undefined {
    const referred = timesOf(this.rows.get(`REFERS ${member}`));
    const removed = timesOf(this.rows.get(`REMOVED ${member}`));
    if (referred === undefined && removed === undefined) return undefined;
    return { ...(referred && { referred }), ...(removed && { removed }) };
  }

  /** Seconds since the epoch of all that is dated, sorted. */
  dates(relation: CasesRow['relation'], member: string): readonly number[] {
    return this.rows.get(`${relation} ${member}`)?.dates ?? [];
  }

  /** Seconds from the last removal of `earlier` to `seen`, when its successor was known; undefined where it was not removed before. */
  secondsBack(earlier: string, seen: number | null | undefined): number | undefined {
    if (seen === null || seen === undefined) return undefined;
    const removed = this.rows.get(`REMOVED ${earlier}`)?.dates.findLast((date) => date <= seen);
    return removed === undefined ? undefined : seen - removed;
  }
}

function timesOf(row: CasesRow | undefined): CaseTimes | undefined {
  if (row === undefined) return undefined;
  const text = (second: number): string => toTheSecond(new Date(second * 1000));
  const [first, last] = [row.dates[0], row.dates.at(-1)];
  return {
    statements: row.statements,
    ...(first !== undefined && last !== undefined && { first: text(first), last: text(last) }),
  };
}
