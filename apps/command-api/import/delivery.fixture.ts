import { Readable } from 'node:stream';
import type { BulkAnswer, BulkCall } from './bulk-sender.js';
import type { Mapping } from './mapping.js';
import type { AssertionLine } from './rows-to-send.js';
import type { Source } from './sources.js';

/** A small invented delivery: people, numbers, calls between numbers, and who knows whom. */
export const TERMS: Mapping['terms'] = {
  purpose: 'test-import',
  origin: 'invented delivery',
  statementKind: { kind: 'fact' },
  grading: { scheme: '3x5x2', source: '2', information: 'D' },
  marking: {
    gsc: 'OFFICIAL',
    tlp: 'GREEN',
    handling: ['P'],
    conditions: [],
    releasableTo: [],
    compartment: null,
  },
  time: '2024-05',
};

const linkColumns = { a: { use: 'end' }, b: { use: 'end' } } as const;

export const MAPPING: Mapping = {
  mapping: 'invented',
  version: 1,
  title: 'An invented delivery',
  source: { name: 'made for this test', licence: 'own' },
  terms: TERMS,
  files: [
    {
      rows: 'nodes',
      files: ['persons.csv'],
      node: 'Person',
      id: 'id',
      columns: {
        id: { use: 'key' },
        name: { use: 'part', of: 'the name' },
        age: { use: 'property', property: 'age', as: 'integer', unit: 'years' },
        shoe: { use: 'dropped', reason: 'Nobody is found by it.' },
        type: { use: 'constant', value: 'P' },
      },
      subject: { kind: 'person', value: 'invented:{id}' },
      statements: [
        { relation: 'HAS_NAME', object: { kind: 'name', value: '{name}' } },
        { relation: 'STATED', property: 'register', value: 'invented' },
      ],
    },
    {
      rows: 'nodes',
      files: ['phones.csv'],
      node: 'Phone',
      id: 'id',
      columns: { id: { use: 'key' }, number: { use: 'part', of: 'the number' } },
      subject: { kind: 'phone-number', value: '{number}' },
      statements: [{ relation: 'STATED', property: 'number verified', value: 'no', as: 'boolean' }],
    },
    {
      rows: 'nodes',
      files: ['calls.csv'],
      node: 'Call',
      id: 'id',
      columns: {
        id: { use: 'key' },
        day: { use: 'part', of: 'when' },
        clock: { use: 'part', of: 'when' },
        seconds: { use: 'property', property: 'call duration', as: 'integer', unit: 's', dated: true },
      },
      subject: { end: 'caller' },
      statements: [{ relation: 'CONTACTED', object: { end: 'called' }, count: '1', dated: true }],
      when: { from: '{day} {clock}', to: '{day} {clock}', as: 'date-time', format: 'D/M/YYYY HH:mm' },
    },
    {
      rows: 'joined',
      files: ['caller.csv'],
      into: 'Call',
      required: true,
      on: 'a',
      columns: linkColumns,
      ends: { caller: { column: 'b', nodes: ['Phone'] } },
    },
    {
      rows: 'joined',
      files: ['called.csv'],
      into: 'Call',
      required: true,
      on: 'a',
      columns: linkColumns,
      ends: { called: { column: 'b', nodes: ['Phone'] } },
    },
    {
      rows: 'links',
      files: ['knows.ndjson'],
      columns: { ...linkColumns, how: { use: 'part', of: 'how they know each other' } },
      ends: { start: { column: 'a', nodes: ['Person'] }, end: { column: 'b', nodes: ['Person'] } },
      key: '{a}-{b}',
      subject: { end: 'start' },
      statements: [
        { relation: 'ASSOCIATED_WITH', object: { end: 'end' } },
        { relation: 'STATED', property: 'association', value: '{how} {end.@entity} ({start.name})' },
      ],
    },
    { rows: 'none', files: ['readme.txt'], reason: 'Words for people, no rows.' },
  ],
};

/** Files as they would lie on disk, cut into small chunks so that every seam is met. */
export function source(name: string, text: string | Buffer, chunk = 29): Source {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return {
    name,
    place: `delivery/${name}`,
    open: () => {
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += chunk) pieces.push(bytes.subarray(at, at + chunk));
      return Promise.resolve(Readable.from(pieces));
    },
  };
}

export const GOOD: Readonly<Record<string, string>> = {
  'persons.csv':
    '\ufeffid,name,age,shoe,type\r\n1,Ada Lind,41,38,P\r\n2,"Boll, Karim",,44,P\r\n3,"Chao ""C"" Li\nJr",29,40,P\r\n',
  'phones.csv': 'id,number\n7,0-(070)893-3322\n8,5-(997)640-5104\n',
  'calls.csv': 'id,day,clock,seconds\n20,4/5/2024,00:32,38\n',
  'caller.csv': 'a,b\n20,7\n',
  'called.csv': 'a,b\n20,8\n',
  'knows.ndjson': '{"a":1,"b":2,"how":"lives with"}\n{"a":2,"b":3,"how":null}\n',
  'readme.txt': 'hello',
};

export function sources(files: Readonly<Record<string, string | Buffer>>): Source[] {
  return Object.entries({ ...GOOD, ...files }).map(([name, text]) => source(name, text));
}

type SentLine = AssertionLine & Omit<Mapping['terms'], 'time'>;

/** What the bulk interface does with references, kept in memory: enough to try out sender and book. */
export class Receiver {
  readonly lines = new Map<string, SentLine>();
  calls = 0;

  /** `answers` of a call that breaks off: the lines before are kept, the rest is lost on the way. */
  call(breakOff: (call: number) => { answers: number; keeps: number } | undefined = () => undefined): BulkCall {
    return async (lines, onAnswer) => {
      this.calls += 1;
      const broken = breakOff(this.calls);
      await Promise.resolve();
      lines.forEach((line, index) => {
        if (broken !== undefined && index >= broken.keeps) return;
        const answer = this.take(JSON.parse(line.json) as SentLine);
        if (broken === undefined || index < broken.answers) onAnswer(index, answer);
      });
    };
  }

  private take(line: SentLine): BulkAnswer {
    const { reference } = line;
    const known = this.lines.get(reference);
    if (known === undefined) {
      this.lines.set(reference, line);
      return { reference, outcome: 'accepted' };
    }
    return JSON.stringify(known) === JSON.stringify(line)
      ? { reference, outcome: 'duplicate-of' }
      : { reference, outcome: 'refused', code: 'reference.other-content' };
  }
}
