import type { StatementWrite } from './statement.js';

/** A list for each property; empty when no row has it, because an index beyond the end is null too. */
export function columns<Name extends keyof StatementWrite>(
  rows: readonly StatementWrite[],
  names: readonly Name[],
): Record<string, unknown[]> {
  const lists: Record<string, unknown[]> = {};
  for (const name of names) {
    let present = false;
    const values = rows.map((row) => {
      const value = row[name];
      if (value === undefined) return null;
      present = true;
      return value;
    });
    lists[name] = present ? values : [];
  }
  return lists;
}

/** Ends of rows, each named once, and for each row the place of its own. */
interface Ends {
  ids: string[];
  keys: string[];
  at: number[];
}

export function endsOf(rows: readonly StatementWrite[], end: 'subject' | 'object'): Ends {
  const places = new Map<string, number>();
  const ends: Ends = { ids: [], keys: [], at: [] };
  for (const row of rows) {
    const { id, key } = row[end];
    let place = places.get(id);
    if (place === undefined) {
      place = ends.ids.push(id) - 1;
      places.set(id, place);
      ends.keys.push(key);
    }
    ends.at.push(place);
  }
  return ends;
}
