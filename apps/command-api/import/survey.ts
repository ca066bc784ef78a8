import type { Accounts } from './accounts.js';
import type { RawRecord } from './csv-records.js';
import type { Delivery, NamedFile } from './delivery.js';
import { endsOf, templatesOf, type RecordEntry } from './mapping-parts.js';
import type { EndSpec, JoinedEntry, Mapping, NodesEntry } from './mapping.js';
import { RowFault } from './row-fault.js';
import { entityReader } from './row-meaning.js';
import { placesIn, resolvePlace, type NodeRow, type Row } from './template.js';

/** A row that is part of another one, and waits for its fate. */
export interface JoinedRow {
  file: string;
  line: number;
  ends: Readonly<Record<string, NodeRow>>;
}

/** What the first reading found: how much there is, which rows others refer to, and which belong together. */
export interface Survey {
  /** Rows by node and id. */
  nodes: ReadonlyMap<string, ReadonlyMap<string, NodeRow>>;
  /** Joined rows by node and id of the row that they belong to. */
  joined: ReadonlyMap<string, Map<string, JoinedRow[]>>;
}

/** Order of the first reading: joined rows need the rows that they join. */
const ORDER: Readonly<Record<NamedFile['entry']['rows'], number>> = { nodes: 0, joined: 1, links: 2, matrix: 2 };

/** Reads everything once: counts rows, remembers those that others refer to, joins those that belong together. */
export async function survey(mapping: Mapping, delivery: Delivery, accounts: Accounts): Promise<Survey> {
  const nodes = new Map<string, Map<string, NodeRow>>();
  const joined = new Map<string, Map<string, JoinedRow[]>>();
  const carried = carriedColumns(mapping);
  for (const file of [...delivery.files].sort((a, b) => ORDER[a.entry.rows] - ORDER[b.entry.rows])) {
    const visit = visitor(file, { nodes, joined }, carried, accounts);
    let rows = 0;
    for await (const batch of file.table.rows()) {
      rows += batch.length;
      batch.forEach(visit);
    }
    accounts.surveyed(file.name, rows);
  }
  return { nodes, joined };
}

function visitor(
  file: NamedFile,
  found: { nodes: Map<string, Map<string, NodeRow>>; joined: Map<string, Map<string, JoinedRow[]>> },
  carried: ReadonlyMap<string, ReadonlySet<string>>,
  accounts: Accounts,
): (record: RawRecord) => void {
  const { entry } = file;
  if (entry.rows === 'nodes') {
    const rows = found.nodes.get(entry.node) ?? new Map<string, NodeRow>();
    found.nodes.set(entry.node, rows);
    return nodeVisitor(file, entry, rows, [...(carried.get(entry.node) ?? [])]);
  }
  if (entry.rows === 'joined') return joinedVisitor(file, entry, found, accounts);
  return () => undefined;
}

/** Columns of a node's rows that templates of other files read. */
function carriedColumns(mapping: Mapping): Map<string, Set<string>> {
  const carried = new Map<string, Set<string>>();
  for (const entry of mapping.files) {
    if (entry.rows === 'none' || entry.rows === 'matrix') continue;
    const ends = endsOf(mapping, entry);
    const scope = { columns: Object.keys(entry.columns), ends: Object.keys(ends) };
    for (const text of templatesOf(entry).flatMap(placesIn)) {
      const place = resolvePlace(text, scope);
      if (place?.from !== 'end') continue;
      for (const node of ends[place.end]?.nodes ?? [])
        carried.set(node, (carried.get(node) ?? new Set()).add(place.column));
    }
  }
  return carried;
}

function nodeVisitor(
  file: NamedFile,
  entry: NodesEntry,
  rows: Map<string, NodeRow>,
  carried: readonly string[],
): (record: RawRecord) => void {
  const { header } = file.table;
  const id = header.indexOf(entry.id);
  const places = carried.map((column) => [column, header.indexOf(column)] as const);
  const own = 'kind' in entry.subject ? entityReader(entry.subject, { columns: header, ends: [] }) : undefined;
  return (record) => {
    if ('fault' in record || record.cells.length !== header.length) return;
    const key = (record.cells[id] ?? '').trim();
    if (key === '' || rows.has(key)) return;
    const row: Row = { line: record.line, cells: record.cells, ends: {}, facts: file.facts };
    const entity = own?.(row);
    rows.set(key, {
      line: record.line,
      carried: Object.fromEntries(places.map(([column, index]) => [column, (record.cells[index] ?? '').trim()])),
      ...(entity === undefined ? {} : { entity }),
    });
  };
}

function joinedVisitor(
  file: NamedFile,
  entry: JoinedEntry,
  found: { nodes: ReadonlyMap<string, ReadonlyMap<string, NodeRow>>; joined: Map<string, Map<string, JoinedRow[]>> },
  accounts: Accounts,
): (record: RawRecord) => void {
  const targets = found.nodes.get(entry.into) ?? new Map<string, NodeRow>();
  const waiting = found.joined.get(entry.into) ?? new Map<string, JoinedRow[]>();
  found.joined.set(entry.into, waiting);
  const on = file.table.header.indexOf(entry.on);
  const check = recordCheck(file);
  const ends = endResolver(entry, file.table.header, found.nodes);
  return (record) => {
    try {
      const cells = check(record);
      const id = (cells[on] ?? '').trim();
      if (!targets.has(id))
        throw new RowFault(
          'row.join-unknown',
          `It names a row that no file of ${entry.into} has in readable form`,
          entry.on,
        );
      const row: JoinedRow = { file: file.name, line: record.line, ends: ends(cells) };
      const others = waiting.get(id) ?? [];
      const rival = others.find((other) => Object.keys(other.ends).some((end) => end in row.ends));
      if (rival !== undefined)
        throw new RowFault(
          'row.join-repeated',
          `Line ${rival.line} of ${rival.file} already says this of the same ${entry.into}`,
          entry.on,
        );
      waiting.set(id, [...others, row]);
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      accounts.refuse(file.name, record.line, error);
    }
  };
}

/** The cells of a record that can be read and is as wide as the head. */
export function recordCheck(file: NamedFile): (record: RawRecord) => readonly string[] {
  const { header } = file.table;
  const constants = Object.entries('columns' in file.entry ? file.entry.columns : {}).flatMap(([column, use]) =>
    use.use === 'constant' ? [{ column, index: header.indexOf(column), value: use.value }] : [],
  );
  return (record) => {
    if ('fault' in record) throw record.fault;
    const { cells } = record;
    if (cells.length !== header.length)
      throw new RowFault('row.width', `The row has ${cells.length} cells, the head has ${header.length}`);
    for (const { column, index, value } of constants)
      if ((cells[index] ?? '').trim() !== value)
        throw new RowFault(
          'cell.not-the-constant',
          `Every row of this file says "${value}" here, this one does not`,
          column,
        );
    return cells;
  };
}

/** Finds the rows that the ends of a row name. */
export function endResolver(
  entry: RecordEntry,
  header: readonly string[],
  nodes: ReadonlyMap<string, ReadonlyMap<string, NodeRow>>,
): (cells: readonly string[]) => Record<string, NodeRow> {
  const specs = Object.entries(entry.ends ?? {}).map(([name, end]) => ({
    name,
    end,
    index: header.indexOf(end.column),
  }));
  return (cells) =>
    Object.fromEntries(specs.map(({ name, end, index }) => [name, endNamed(cells[index] ?? '', end, nodes)]));
}

function endNamed(cell: string, end: EndSpec, nodes: ReadonlyMap<string, ReadonlyMap<string, NodeRow>>): NodeRow {
  const id = cell.trim();
  if (id === '') throw new RowFault('row.end-empty', 'The row names nothing here', end.column);
  for (const node of end.nodes) {
    const found = nodes.get(node)?.get(id);
    if (found === undefined) continue;
    if (found.entity === undefined)
      throw new RowFault('row.end-nameless', `The row of ${node} that it names says not what it is`, end.column);
    return found;
  }
  throw new RowFault(
    'row.end-unknown',
    `It names a row that no file of ${end.nodes.join(', ')} has in readable form`,
    end.column,
  );
}
