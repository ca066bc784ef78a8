import { gradingIsKnown, isPersonLink, relationAllows, type EntityKind } from '#events';
import { formatFault, isDated } from './cell-values.js';
import {
  factsOf,
  fileName,
  type ColumnUse,
  type EntitySpec,
  type EndSpec,
  type FileEntry,
  type LinksEntry,
  type Mapping,
  type MatrixEntry,
  type NodesEntry,
} from './mapping.js';
import { endsOf, namedColumns, nodeEntries, templatesOf, type RecordEntry } from './mapping-parts.js';
import { hasStrayBrace, placesIn, resolvePlace, type Scope } from './template.js';

/**
 * What a mapping promises and does not keep, beyond what its schema can say. All of it is found before the first row is read:
 * a mapping that claims to use a column and does not would lose data without a word.
 */
export function mappingFaults(mapping: Mapping): string[] {
  const faults = [...repeatedFiles(mapping), ...repeatedNodes(mapping)];
  if (!gradingIsKnown(mapping.terms.grading))
    faults.push(`terms.grading: no such codes in the scheme ${mapping.terms.grading.scheme}`);
  for (const entry of mapping.files) {
    const at = `files "${fileName(entry.files[0] ?? '')}"`;
    faults.push(...entryFaults(mapping, entry).map((fault) => `${at}: ${fault}`));
  }
  return faults;
}

function repeatedFiles(mapping: Mapping): string[] {
  const names = mapping.files.flatMap((entry) => entry.files.map(fileName));
  return repeated(names).map((name) => `the file ${name} is named twice`);
}

function repeatedNodes(mapping: Mapping): string[] {
  return repeated(nodeEntries(mapping).map((entry) => entry.node)).map((node) => `two entries call their rows ${node}`);
}

function repeated(names: string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

function entryFaults(mapping: Mapping, entry: FileEntry): string[] {
  if (entry.rows === 'none') return [];
  if (entry.rows === 'matrix') return matrixFaults(entry);
  const ends = endsOf(mapping, entry);
  const scope: Scope = { columns: Object.keys(entry.columns), ends: Object.keys(ends) };
  const faults = Object.entries(ends).flatMap(([name, end]) => endFaults(mapping, name, end));
  const templates = templatesOf(entry);
  const places = templates.flatMap((template) => placesIn(template));
  for (const template of templates.filter(hasStrayBrace)) faults.push(`stray brace in "${template}"`);
  for (const place of new Set(places)) faults.push(...placeFaults(mapping, entry, place, scope, ends));
  const named = namedColumns(entry);
  for (const column of named.filter((name) => !scope.columns.includes(name)))
    faults.push(`it refers to the column "${column}", which its columns do not name`);
  for (const [column, use] of Object.entries(entry.columns)) faults.push(...columnFaults(column, use, places, named));
  if (entry.rows === 'joined') {
    const target = nodeEntries(mapping).find((other) => other.node === entry.into);
    return target === undefined ? [...faults, `no entry calls its rows ${entry.into}`] : faults;
  }
  return [...faults, ...whenFaults(entry.when), ...relationFaults(mapping, entry, ends)];
}

function endFaults(mapping: Mapping, name: string, end: EndSpec): string[] {
  return end.nodes.flatMap((node) => {
    const target = nodeEntries(mapping).find((other) => other.node === node);
    if (target === undefined) return [`the end "${name}" names ${node}, and no entry calls its rows so`];
    return 'end' in target.subject ? [`the end "${name}" names ${node}, whose rows are no entities of their own`] : [];
  });
}

function placeFaults(
  mapping: Mapping,
  entry: RecordEntry,
  text: string,
  scope: Scope,
  ends: Record<string, EndSpec>,
): string[] {
  const place = resolvePlace(text, scope);
  if (place === undefined) return [`{${text}} is no column of it, no end and no fact`];
  switch (place.from) {
    case 'line':
    case 'end-entity':
      return [];
    case 'fact':
      return entry.files.every((ref) => Object.hasOwn(factsOf(ref), place.fact))
        ? []
        : [`{${text}} is not among the facts of each of its files`];
    case 'column':
      return entry.columns[place.column]?.use === 'dropped'
        ? [`{${text}} is used, and its columns say that it is dropped`]
        : [];
    case 'end': {
      const nodes = ends[place.end]?.nodes ?? [];
      const lacking = nodeEntries(mapping).filter(
        (node) => nodes.includes(node.node) && !Object.hasOwn(node.columns, place.column),
      );
      return lacking.map((node) => `{${text}}: ${node.node} has no column "${place.column}"`);
    }
  }
}

function columnFaults(column: string, use: ColumnUse, places: string[], named: string[]): string[] {
  const used = places.includes(column) || named.includes(column);
  switch (use.use) {
    case 'key':
    case 'end':
    case 'part':
      return used ? [] : [`the column "${column}" is named as ${use.use} and nothing uses it`];
    case 'property': {
      if (use.format === undefined) return [];
      const fault =
        use.as === 'date' || use.as === 'date-time'
          ? formatFault(use.format, use.as)
          : 'goes only with a date or a date-time';
      return fault === undefined ? [] : [`the format of the column "${column}" ${fault}`];
    }
    case 'constant':
    case 'dropped':
      return [];
  }
}

function whenFaults(when: NodesEntry['when']): string[] {
  if (when?.format === undefined) return [];
  const fault = formatFault(when.format, when.as ?? 'date');
  return fault === undefined ? [] : [`the format of "when" ${fault}`];
}

function relationFaults(mapping: Mapping, entry: NodesEntry | LinksEntry, ends: Record<string, EndSpec>): string[] {
  const kinds = (spec: EntitySpec): EntityKind[] => {
    if ('kind' in spec) return [spec.kind];
    const nodes = ends[spec.end]?.nodes ?? [];
    return nodeEntries(mapping).flatMap((node) =>
      nodes.includes(node.node) && 'kind' in node.subject ? [node.subject.kind] : [],
    );
  };
  const unknown = [
    entry.subject,
    ...(entry.statements ?? []).flatMap((spec) => ('object' in spec ? [spec.object] : [])),
  ].flatMap((spec) => ('end' in spec && ends[spec.end] === undefined ? [`there is no end "${spec.end}"`] : []));
  const forbidden = (entry.statements ?? []).flatMap((spec) => {
    if (spec.relation === 'STATED') return [];
    return kinds(entry.subject).flatMap((from) =>
      kinds(spec.object)
        .filter((to) => !relationAllows(spec.relation, from, to))
        .map((to) => `${spec.relation} may not join ${from} to ${to}`),
    );
  });
  const misplaced = (entry.statements ?? []).flatMap((spec) => {
    if (spec.relation === 'STATED' || spec.category === undefined) return [];
    return kinds(entry.subject).flatMap((from) =>
      kinds(spec.object)
        .filter((to) => !isPersonLink(spec.relation, from, to))
        .map(
          (to) =>
            `${spec.relation} from ${from} to ${to} is no link between a person and a case, so it has no category`,
        ),
    );
  });
  return [...unknown, ...new Set([...forbidden, ...misplaced])];
}

function matrixFaults(entry: MatrixEntry): string[] {
  const faults = relationAllows(entry.cell.relation, entry.kind, entry.kind)
    ? []
    : [`${entry.cell.relation} may not join ${entry.kind} to ${entry.kind}`];
  const templates = [
    entry.value,
    entry.row.value,
    ...(entry.when === undefined ? [] : [entry.when.from, entry.when.to ?? '']),
  ];
  if (!placesIn(entry.value).includes('@head'))
    faults.push('its value does not contain {@head}: every actor would be the same');
  for (const place of new Set(templates.flatMap(placesIn))) {
    if (place === '@head' || place === '@line') continue;
    if (!place.startsWith('@')) faults.push(`{${place}}: a matrix has no named columns, only facts and {@head}`);
    else if (!entry.files.every((ref) => Object.hasOwn(factsOf(ref), place.slice(1))))
      faults.push(`{${place}} is not among the facts of each of its files`);
  }
  const when = entry.when;
  if (when !== undefined && when.format === undefined)
    for (const ref of entry.files)
      for (const template of [when.from, when.to ?? when.from]) {
        const date = template.replace(/\{@([^{}]*)\}/gu, (_, fact: string) => factsOf(ref)[fact] ?? '');
        if (!isDated(date)) faults.push(`"${date}" of ${fileName(ref)} is not an ISO 8601 date that exists`);
      }
  return [...faults, ...whenFaults(when)];
}
