import type { Asked } from '../reading/asking.js';
import type { Exported } from './export-question.js';
import { cellsOf, COLUMNS } from './columns.js';

/**
 * GraphML (http://graphml.graphdrawing.org) as Gephi, yEd and others read it: seven names of elements and one rule of escaping,
 * which is less than a library for it.
 */

const OF_NODES = ['kind', 'key', 'marking'] as const;
const OF_EDGES = COLUMNS.filter((column) => !/^(subject|object) /.test(column));

export function writeGraphml({ rows, marking }: Asked & Exported, notes: readonly string[]): string {
  const nodes = new Map(
    rows
      .flatMap(({ subject, object }) => [subject, ...(object === undefined ? [] : [object])])
      .map((one) => [one.id, one]),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...['note', 'marking'].map((name) => declared('graph', name)),
    ...OF_NODES.map((name) => declared('node', name)),
    ...OF_EDGES.map((name) => declared('edge', name)),
    '<graph edgedefault="directed">',
    data('graph', 'note', notes.join(' ')),
    data('graph', 'marking', marking),
    ...[...nodes.values()].map(
      ({ id, kind, key }) =>
        `<node id="${escaped(id)}">${data('node', 'kind', kind)}${data('node', 'key', key)}${data('node', 'marking', marking)}</node>`,
    ),
    ...rows.map((row) => {
      const cells = cellsOf(row);
      const said = OF_EDGES.map((name) => data('edge', name, cells[name])).join('');
      return `<edge source="${escaped(row.subject.id)}" target="${escaped((row.object ?? row.subject).id)}">${said}</edge>`;
    }),
    '</graph>',
    '</graphml>',
    '',
  ].join('\n');
}

function keyOf(of: string, name: string): string {
  return `${of}-${name.replaceAll(' ', '-')}`;
}

function declared(of: 'graph' | 'node' | 'edge', name: string): string {
  return `<key id="${keyOf(of, name)}" for="${of}" attr.name="${name}" attr.type="string"/>`;
}

function data(of: string, name: string, value: string | number | undefined): string {
  return value === undefined ? '' : `<data key="${keyOf(of, name)}">${escaped(String(value))}</data>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
/** Characters that XML 1.0 holds in no form. */
const UNHOLDABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

export function escaped(text: string): string {
  return text.replaceAll(UNHOLDABLE, '\uFFFD').replaceAll(/[&<>"']/g, (one) => ENTITIES[one] as string);
}
