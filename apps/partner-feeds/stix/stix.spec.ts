import fc from 'fast-check';
import { bodyOf, type DataOf, type KnownEvent } from '#events';
import { EXTENSION, EXTENSION_DEFINITIONS } from './extensions.js';
import { NODE_MARKING_REFS } from './markings.js';
import { nodeOf } from './nodes.js';
import { hasOasisSchemas, OasisSchemas } from './oasis-schemas.fixture.js';
import { revoked } from './revoked.js';
import { idAfterRevocations, observableId } from './stix-ids.js';
import type { StixObject, VersionedObject } from './stix-object.js';
import { DEFINITIONS, stixOf } from './stix-of.js';
import { anyEvent, entity, MARKING, PARTNER_TYPES, saidIn, STREAM } from './stix.fixture.js';
import { modifiedOf } from './terms.js';

const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const RUNS = Number(process.env['BREAKWATER_STIX_RUNS'] ?? (FULL ? 300 : 15));

const MADE: DataOf<'assertion.made'> = {
  subject: { kind: 'account', key: 'x:100012345', raw: '@somebody' },
  statements: [
    {
      relation: 'USES_NUMBER',
      object: { kind: 'phone-number', key: '+447400123456' },
      confidence: 80,
      from: '2026-03',
    },
    { relation: 'STATED', property: 'bio', value: 'crossings every week' },
    { relation: 'NOT_SAME_AS', object: { kind: 'account', key: 'x:2' } },
    { relation: 'MEMBER_OF', object: { kind: 'network', key: 'breakwater:network/1' }, role: 'recruiter' },
  ],
};
const made = saidIn(bodyOf('assertion.made', MADE));

const ID = /^[a-z][a-z0-9-]+[a-z0-9]--[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const RESERVED = ['severity', 'action', 'username', 'phone_numbers'];

function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) =>
    /_refs?$/.test(name) ? ([held].flat() as string[]) : idsIn(held),
  );
}

function emptiesIn(value: unknown): boolean {
  if (value === null || (Array.isArray(value) && value.length === 0)) return true;
  return typeof value === 'object' && Object.values(value).some(emptiesIn);
}

/** What the schemas of the standard do not say of every object. */
function faultsOf(object: StixObject): string[] {
  return [
    ...(ID.test(object.id) && object.id.startsWith(`${object.type}--`) ? [] : [`id ${object.id}`]),
    ...RESERVED.filter((name) => name in object),
    ...(emptiesIn(object) ? [`empty in ${JSON.stringify(object)}`] : []),
    ...(Array.isArray(object['object_marking_refs']) ? [] : [`no marking on ${object.id}`]),
  ];
}

describe('STIX of what partners get', () => {
  it('keeps what the schemas cannot say, for any event of any type', () => {
    for (const type of PARTNER_TYPES)
      fc.assert(
        fc.property(anyEvent(type), (event) => {
          const { nodes, said } = stixOf(event);
          const objects: StixObject[] = [...nodes, ...said];
          const there = new Set([...DEFINITIONS, ...objects].map(({ id }) => id));
          expect(objects.length).toBeLessThanOrEqual(255);
          expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
          expect(objects.flatMap(faultsOf)).toEqual([]);
          // A withdrawal is sent to those who hold what it takes back.
          const dangling = objects.flatMap(idsIn).filter((ref) => !there.has(ref));
          if (type !== 'assertion.withdrawn') expect(dangling).toEqual([]);
          expect(said.filter(({ created, modified }) => modified < created)).toEqual([]);
          expect(stixOf(event)).toEqual({ nodes, said });
          expect(JSON.stringify(said)).not.toContain(event.id);
        }),
        { numRuns: RUNS },
      );
  });

  it('names observables as everybody else does who follows the standard', () => {
    const [account] = stixOf(made).nodes.filter(({ type }) => type === 'user-account');
    expect(account).toMatchObject({ account_type: 'twitter', user_id: '100012345' });
    // Worked out by another implementation: uuid5 and sorted, compact JSON of Python's standard library.
    expect(account?.id).toBe('user-account--ec99bfb0-71ad-5443-a95e-26936d02538f');
    expect(observableId('email-addr', { value: 'john@example.com' })).toBe(
      'email-addr--7165e2a9-671f-585d-b1e1-ca59c671d934',
    );
    const unix = { user_id: '1001', account_type: 'unix', account_login: 'jdoe' };
    expect(observableId('user-account', unix)).toBe('user-account--f94d689e-707d-58c3-b803-c720bb6ed096');
  });

  it('gives one key one object, and different keys of a kind different ones', () => {
    fc.assert(
      fc.property(entity(), entity(), (one, other) => {
        expect(nodeOf(one)).toEqual(nodeOf({ kind: one.kind, key: one.key }));
        if (
          one.kind === other.kind &&
          wellFormed(one.key) &&
          wellFormed(other.key) &&
          one.key !== other.key &&
          one.kind !== 'url' &&
          one.kind !== 'item'
        )
          expect(nodeOf(one).id).not.toBe(nodeOf(other).id);
      }),
      { numRuns: RUNS * 10 },
    );
  });

  it('says a link as a relationship, a literal as a note and a contradiction as an opinion, each with its terms', () => {
    const [link, note, opinion, member] = stixOf(made).said;
    expect(link).toMatchObject({
      type: 'relationship',
      relationship_type: 'uses-number',
      confidence: 80,
      start_time: '2026-03-01T00:00:00.000Z',
    });
    expect(note).toMatchObject({ type: 'note', content: 'bio: crossings every week' });
    expect(opinion).toMatchObject({ type: 'opinion', opinion: 'disagree' });
    expect(member).toMatchObject({
      relationship_type: 'member-of',
      extensions: { [EXTENSION.terms]: { role: 'recruiter' } },
    });
    expect(link).toMatchObject({
      extensions: {
        [EXTENSION.terms]: {
          grading_scheme: '3x5x2',
          grading_source: '2',
          grading_information: 'B',
          statement_kind: 'assessment',
          source_as_given: '@somebody',
        },
      },
    });
    const names = new Map(DEFINITIONS.map(({ id, name }) => [id, name]));
    expect((link!['object_marking_refs'] as string[]).map((ref) => names.get(ref))).toEqual([
      ...['TLP:GREEN', 'gsc:OFFICIAL-SENSITIVE', 'handling:C', 'handling:H1', 'condition:A3', 'condition:S1'],
    ]);
  });

  it('regrades by a version of the same object: later, with the new marking and grading, and all that it said', () => {
    const regrade = saidIn(
      bodyOf('assertion.regraded', {
        subject: MADE.subject,
        statements: [{ index: 1, relation: 'STATED' }],
        reason: 'Better source.',
      }),
      {
        streamVersion: 2,
        grading: { scheme: '3x5x2', source: '1', information: 'A' },
        marking: { ...MARKING, tlp: 'AMBER', releasableTo: ['harbour'] },
      } as Partial<KnownEvent>,
    );
    const modified = modifiedOf('2026-03-09T10:00:01.000Z');
    const after = stixOf(regrade, { modified, standing: { made, places: [1] } }).said;
    const before = stixOf(made).said[1];
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({
      id: before?.id,
      created: before?.created,
      created_by_ref: before?.created_by_ref,
      content: 'bio: crossings every week',
      extensions: { [EXTENSION.terms]: { grading_source: '1', releasable_to: ['harbour'] } },
    });
    expect(after[0]!.modified > before!.modified).toBe(true);
  });

  it('withdraws by a last version that is revoked and repeats nothing of what was said', () => {
    const withdrawal = saidIn(
      bodyOf('assertion.withdrawn', {
        subject: MADE.subject,
        statements: [
          { index: 0, relation: 'USES_NUMBER', object: { kind: 'phone-number', key: '+447400123456' } },
          { index: 1, relation: 'STATED' },
        ],
        reason: 'The source lied.',
      }),
    );
    const { said } = stixOf(withdrawal);
    const before = stixOf(made).said;
    expect(said.map(({ id }) => id)).toEqual([before[0]?.id, before[1]?.id]);
    expect(said[0]).toMatchObject({
      revoked: true,
      source_ref: before[0]?.['source_ref'],
      target_ref: before[0]?.['target_ref'],
    });
    expect(said[1]).toMatchObject({ revoked: true, content: 'Withdrawn.' });
    expect(JSON.stringify(said)).not.toMatch(/crossings|source lied|grading/);
    expect(said[0]?.['object_marking_refs']).toEqual(NODE_MARKING_REFS);
  });

  it('makes a correction of a removal the next version of the removal', () => {
    const stream = STREAM.replace('assertion', 'removal');
    const removal = '01980000-0000-7000-8000-0000000000bb';
    const outcome = { result: 'actioned', effect: 'removed', effectiveAt: '2026-03-09T21:15:00.000Z' } as const;
    const decided = stixOf(saidIn(bodyOf('removal.decided', { removal, outcome }), { stream })).said[0];
    const corrected = stixOf(
      saidIn(bodyOf('removal.corrected', { removal, corrects: removal, reason: 'Wrong item.' }), { stream }),
    ).said[0];
    expect(corrected).toMatchObject({ id: decided?.id, created: decided?.created, state: 'corrected' });
    expect(corrected).not.toHaveProperty('outcome');
  });

  it('gives what is said again after a revocation an id of its own', () => {
    const [first] = stixOf(made).said;
    expect(idAfterRevocations(first!.id, 0)).toBe(first!.id);
    expect(idAfterRevocations(first!.id, 1)).toMatch(ID);
    expect(new Set([0, 1, 2].map((times) => idAfterRevocations(first!.id, times))).size).toBe(3);
  });

  it('marks what carries a code that it does not know as not to be passed on (R8)', () => {
    const odd = saidIn(bodyOf('assertion.made', MADE), { marking: { ...MARKING, handling: ['constructor'] } });
    const [unknown] = DEFINITIONS.filter(({ name }) => name === 'reach:UNKNOWN');
    expect(stixOf(odd).said[0]?.['object_marking_refs']).toContain(unknown?.id);
  });

  it('defines each extension that it uses', () => {
    expect(EXTENSION_DEFINITIONS.map(({ id }) => id).sort()).toEqual(Object.values(EXTENSION).sort());
  });
});

function wellFormed(text: string): boolean {
  return Buffer.from(text, 'utf8').toString('utf8') === text;
}

(hasOasisSchemas ? describe : describe.skip)('the OASIS schemas', () => {
  let schemas: OasisSchemas;
  beforeAll(() => {
    schemas = new OasisSchemas();
  });

  it('accept every definition', () => {
    for (const object of DEFINITIONS) expect(schemas.faultsOf(object)).toBeUndefined();
  });

  it('accept any event of any type, and what takes it back', () => {
    for (const type of PARTNER_TYPES)
      fc.assert(
        fc.property(anyEvent(type), (event) => {
          const { nodes, said } = stixOf(event);
          const gone = said.map((object) => revoked(object, '2026-04-01T00:00:00.000000Z'));
          for (const object of [...nodes, ...said, ...gone]) expect(schemas.faultsOf(object)).toBeUndefined();
        }),
        { numRuns: RUNS },
      );
  });

  it('refuse what they must: the harness is no rubber stamp', () => {
    const [link] = stixOf(made).said as [VersionedObject];
    expect(schemas.faultsOf({ ...link, id: 'relationship--01980000-0000-7000-8000-0000000000aa' })).toBeDefined();
    expect(schemas.faultsOf({ ...link, relationship_type: 'USES_NUMBER' })).toBeDefined();
    expect(schemas.faultsOf({ ...nodeOf({ kind: 'group', key: 'x:1' }), username: 'x' })).toBeDefined();
    expect(schemas.faultsOf({ ...nodeOf({ kind: 'url', key: 'https://a.example/' }), value: 'a b' })).toBeDefined();
  });
});
