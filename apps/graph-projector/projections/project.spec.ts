import type { KnownEvent, Statement } from '#events';
import { packCategory } from '#graph';
import { project } from './project.js';

const marking = {
  gsc: 'OFFICIAL',
  tlp: 'AMBER',
  handling: [],
  conditions: [],
  releasableTo: [],
  originator: '5b0c77a2-0a02-4c21-9b64-00000000a002',
  compartment: null,
};

function made(statement: Statement): KnownEvent {
  const subject = { kind: 'person' as const, key: 'pole:person/17' };
  return {
    id: '0193a1f2-7c00-7000-8000-000000000001',
    stream: 'assertion-0193a1f2-7c00-7000-8000-000000000001',
    streamVersion: 1,
    source: marking.originator,
    recordedTime: '2026-11-22T12:00:00.000Z',
    time: { at: '2026-11-22', precision: 'day' },
    actor: { organisation: marking.originator, user: 'analyst', role: 'analyst' },
    purpose: 'spec',
    basis: [],
    statementKind: { kind: 'fact' },
    marking,
    correlationId: 'c',
    body: { type: 'assertion.made', version: 1, data: { subject, statements: [statement] } },
  };
}

const categoryOf = (statement: Statement): number | undefined => {
  const projected = project(1, made(statement), (kind, key) => `${kind} ${key}`);
  return 'change' in projected ? projected.change.statements[0]?.cat : NaN;
};

describe('R10: the graph', () => {
  const incident = { kind: 'incident' as const, key: 'pole:incident/4' };
  const number = { kind: 'phone-number' as const, key: '+447400123456' };

  it('has the category of each link between a person and a case', () => {
    expect(categoryOf({ relation: 'INVOLVED_IN', object: incident, category: 'victim' })).toBe(packCategory('victim'));
  });

  it('takes a link from before there were categories for uncategorised, never for that of a suspect', () => {
    expect(categoryOf({ relation: 'INVOLVED_IN', object: incident })).toBe(packCategory('uncategorised'));
  });

  it('has none on any other link', () => {
    expect(categoryOf({ relation: 'USES_NUMBER', object: number })).toBeUndefined();
    expect(categoryOf({ relation: 'STATED', property: 'height', value: 180, unit: 'cm' })).toBeUndefined();
  });
});
