import type { EndSpec, FileEntry, Mapping, NodesEntry } from './mapping.js';

/** A file whose rows have named columns. */
export type RecordEntry = Exclude<FileEntry, { rows: 'none' | 'matrix' }>;

/** Entries whose rows others may refer to. */
export function nodeEntries(mapping: Mapping): NodesEntry[] {
  return mapping.files.filter((entry) => entry.rows === 'nodes');
}

/** Names of the ends of an entry's rows: its own and those that joined rows bring. */
export function endsOf(mapping: Mapping, entry: FileEntry): Record<string, EndSpec> {
  if (entry.rows === 'none' || entry.rows === 'matrix') return {};
  const joined =
    entry.rows === 'nodes'
      ? mapping.files.flatMap((other) => (other.rows === 'joined' && other.into === entry.node ? [other.ends] : []))
      : [];
  return Object.assign({}, entry.ends, ...joined) as Record<string, EndSpec>;
}

/** Ends that every row of a node needs to have from joined rows. */
export function requiredEnds(mapping: Mapping, node: string): string[] {
  return mapping.files.flatMap((entry) =>
    entry.rows === 'joined' && entry.into === node && entry.required === true ? Object.keys(entry.ends) : [],
  );
}

/** Every template of an entry. */
export function templatesOf(entry: RecordEntry): string[] {
  if (entry.rows === 'joined') return [];
  const entities = [
    entry.subject,
    ...(entry.statements ?? []).flatMap((spec) => ('object' in spec ? [spec.object] : [])),
  ];
  return [
    ...entities.flatMap((spec) => ('value' in spec ? [spec.value] : [])),
    ...(entry.statements ?? []).flatMap((spec) => [
      ...('property' in spec ? [spec.value] : []),
      ...(spec.count === undefined ? [] : [spec.count]),
    ]),
    ...(entry.when === undefined ? [] : [entry.when.from, ...(entry.when.to === undefined ? [] : [entry.when.to])]),
    ...(entry.rows === 'links' ? [entry.key] : []),
  ];
}

/** Columns that are named outside templates. */
export function namedColumns(entry: RecordEntry): string[] {
  const ends = Object.values(entry.ends ?? {}).map((end) => end.column);
  if (entry.rows === 'nodes') return [entry.id, ...ends];
  return entry.rows === 'joined' ? [entry.on, ...ends] : ends;
}
