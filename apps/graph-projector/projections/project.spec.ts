import { NETWORK_ROLES, networkEntity, type KnownEvent, type Statement } from '#events';
import { packCategory, packRole, unpackRole } from '#graph';
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

const projected = (statement: Statement): { cat?: number; role?: number } => {
  const outcome = project(1, made(statement), (kind, key) => `${kind} ${key}`);
  return 'change' in outcome ? (outcome.change.statements[0] ?? {}) : { cat: NaN };
};
const categoryOf = (statement: Statement): number | undefined => projected(statement).cat;

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

describe('the graph', () => {
  const object = networkEntity('0193a1f2-7c00-7000-8000-000000000007');

  it('has what a member does in the network, where its membership says so', () => {
    for (const role of NETWORK_ROLES)
      expect(unpackRole(projected({ relation: 'MEMBER_OF', object, role }).role!)).toBe(role);
    expect(projected({ relation: 'MEMBER_OF', object, role: 'organiser' }).role).toBe(packRole('organiser'));
    expect(projected({ relation: 'MEMBER_OF', object }).role).toBeUndefined();
  });

  it('asks nobody to categorise somebody who is not a member', () => {
    expect(projected({ relation: 'NOT_MEMBER_OF', object }).cat).toBeUndefined();
  });
});
