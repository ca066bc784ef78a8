/** The files of POLE as they lie there, read without the importer: who is linked with whom by which file, and how far everybody is. */
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import type { Source } from '../../apps/command-api/import/sources.js';

/** What a file of relationships says of both of its ends. */
const RELATION_OF: Readonly<Record<string, string>> = {
  HAS_PHONE: 'USES_NUMBER',
  HAS_EMAIL: 'OWNS',
  CURRENT_ADDRESS: 'LOCATED_AT',
  KNOWS: 'ASSOCIATED_WITH',
  KNOWS_LW: 'ASSOCIATED_WITH',
  KNOWS_PHONE: 'ASSOCIATED_WITH',
  KNOWS_SN: 'ASSOCIATED_WITH',
  FAMILY_REL: 'RELATED_TO',
  PARTY_TO: 'INVOLVED_IN',
  INVOLVED_IN: 'INVOLVED_IN',
  OCCURRED_AT: 'LOCATED_AT',
  INVESTIGATED_BY: 'INVESTIGATED_BY',
  POSTCODE_IN_AREA: 'PART_OF',
  HAS_POSTCODE: 'PART_OF',
  LOCATION_IN_AREA: 'PART_OF',
};
/** What people deal with each other by. */
const TIES = ['USES_NUMBER', 'ASSOCIATED_WITH', 'RELATED_TO', 'CONTACTED'];

export interface Link {
  relation: string;
  from: string;
  to: string;
}

export interface Pole {
  /** By label of the node, its ids and cells. */
  nodes: Map<string, { id: string; cells: Record<string, string> }[]>;
  /** Between ids of nodes; a phone goes by its number, since two nodes may have one. */
  links: Link[];
}

type Row = Record<string, string>;

export async function readPole(files: readonly Source[]): Promise<Pole> {
  const rowsOf = async (part: string): Promise<Row[]> => {
    const file = files.find(({ name }) => name.endsWith(part));
    if (file === undefined) throw new Error(`POLE has no file ${part}`);
    return parse(await buffer(await file.open()), { bom: true, columns: true }) as Row[];
  };
  const nodes: Pole['nodes'] = new Map();
  for (const label of ['Person', 'Officer', 'Phone', 'Location', 'Area', 'Crime'])
    nodes.set(
      label,
      (await rowsOf(`nodes.${label}.csv`)).map((cells) => ({ id: cells[':ID']!, cells })),
    );
  const numbers = new Map(nodes.get('Phone')!.map(({ id, cells }) => [id, cells['phoneNo']!]));
  const called = (id: string): string => numbers.get(id) ?? id;
  const links: Link[] = [];
  for (const [file, relation] of Object.entries(RELATION_OF)) {
    const rows = await rowsOf(`relationships.${file}.csv`);
    // A row that repeats one word for word says nothing more.
    const once = new Map(rows.map((row) => [JSON.stringify(row), row]));
    for (const row of once.values())
      links.push({ relation, from: called(row[':START_ID']!), to: called(row[':END_ID']!) });
  }
  const callers = new Map(
    (await rowsOf('relationships.CALLER.csv')).map((row) => [row[':START_ID']!, row[':END_ID']!]),
  );
  for (const row of await rowsOf('relationships.CALLED.csv'))
    links.push({ relation: 'CONTACTED', from: called(callers.get(row[':START_ID']!)!), to: called(row[':END_ID']!) });
  return { nodes, links };
}

/** How often each relation leads away from an id or to it, as `relation direction`. */
export function countsOf({ links }: Pole): Map<string, Map<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  const add = (id: string, what: string): void => {
    const ofOne = counts.get(id) ?? new Map<string, number>();
    counts.set(id, ofOne.set(what, (ofOne.get(what) ?? 0) + 1));
  };
  for (const { relation, from, to } of links) {
    add(from, `${relation} outgoing`);
    add(to, `${relation} incoming`);
  }
  return counts;
}

/** Who deals with whom. */
export function tiesOf({ links }: Pole): Map<string, Set<string>> {
  const ties = new Map<string, Set<string>>();
  const add = (one: string, other: string): void => void ties.set(one, (ties.get(one) ?? new Set()).add(other));
  for (const { relation, from, to } of links) {
    if (!TIES.includes(relation) || from === to) continue;
    add(from, to);
    add(to, from);
  }
  return ties;
}

/** Steps of a shortest way; undefined where there is none. */
export function stepsBetween(
  ties: ReadonlyMap<string, ReadonlySet<string>>,
  from: string,
  to: string,
): number | undefined {
  const far = new Map([[from, 0]]);
  for (const [here, steps] of far) {
    if (here === to) return steps;
    for (const other of ties.get(here) ?? []) if (!far.has(other)) far.set(other, steps + 1);
  }
  return undefined;
}
