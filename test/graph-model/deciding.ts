/** Decisions about identity and networks, made by the builders of their commands and decided by the rules of production. */
import { NETWORK_ROLES, NETWORK_STATUSES, Refusal } from '#events';
import { entityId } from '#identifiers';
import { decide } from '../../apps/command-api/assertions/assertion.js';
import { assertionFrom, type KnownAssertion } from '../../apps/command-api/assertions/assertion-state.js';
import { decideTogether, type Wanted } from '../../apps/command-api/assertions/decide-together.js';
import type { EntityGiven, SaidUnder } from '../../apps/command-api/assertions/given.js';
import { demotion, IDENTITY_ACTS, identity } from '../../apps/command-api/links/identity.js';
import {
  assessed,
  ended,
  joined,
  merged,
  networkGiven,
  type MembersGiven,
  type Profile,
} from '../../apps/command-api/networks/network.js';
import { replacedBy, revised } from '../../apps/command-api/networks/revise.js';
import { membershipsOf, split } from '../../apps/command-api/networks/split.js';
import type { Chance } from '../../bench/workload/chance.js';
import { anyMarking, PURPOSE } from '../noninterference/cast.js';
import { anyCommand, anyId, markingsInForce, SECRET, type Said, type Scene } from '../noninterference/history.js';

const DAYS = ['2026-03-01', '2026-03-02', '2026-03', '2026-04-05'];
const REASON = 'compared by hand';

/** An ordinary command, or a decision. */
export function anyAct(chance: Chance, scene: Scene): Said[] {
  try {
    return chance.happens(0.45) ? anyCommand(chance, scene) : chance.pick(ACTS)(chance, scene);
  } catch (refusal) {
    if (refusal instanceof Refusal) return [];
    throw refusal;
  }
}

type Act = (chance: Chance, scene: Scene) => Said[];

const ACTS: readonly Act[] = [
  anyIdentity,
  anyIdentity,
  anyDemotion,
  anyAssessment,
  anyRevision,
  anyMember,
  anyMember,
  anyMember,
  anyEnd,
  anyMerger,
  anySplit,
];

function anyIdentity(chance: Chance, scene: Scene): Said[] {
  const [subject, ...others] = scene.entities
    .filter(({ kind }) => kind === 'account')
    .filter(() => chance.happens(0.6));
  return subject === undefined || others.length === 0 ? [] : likened(chance, scene, subject, others);
}

/** The same, or not. */
export function likened(chance: Chance, scene: Scene, subject: EntityGiven, others: readonly EntityGiven[]): Said[] {
  const act = chance.pick(IDENTITY_ACTS);
  return said(chance, scene, [identity({ act, subject, others, ...terms(chance) })]);
}

function anyDemotion(chance: Chance, scene: Scene): Said[] {
  const to = chance.happens(0.3) ? { to: '2026-04-05' } : {};
  const subject = chance.pick(scene.entities);
  return said(chance, scene, [demotion({ subject, ...dated(chance), ...to, ...terms(chance) })]);
}

export function anyAssessment(chance: Chance, scene: Scene): Said[] {
  return said(chance, scene, [assessed(anyId(chance), { ...profile(chance), ...terms(chance) })]);
}

/** With a new name, threat or status goes one's own earlier word on it. */
function anyRevision(chance: Chance, scene: Scene): Said[] {
  const network = anyNetwork(chance, scene);
  if (network === undefined) return [];
  const { name, threat, status } = profile(chance);
  const anew = chance.pick([{ name }, { threat }, { status }, { name, status }]);
  const given = { ...anew, ...terms(chance) };
  const own = assertions(scene).filter(
    ({ made }) =>
      made.source === scene.by.viewer.organisation && made.body.data.subject.key === networkGiven(network).value,
  );
  const { by, now } = scene;
  return [
    ...replacedBy(given, own).map(({ known, statements }): Said => {
      const common = { id: anyId(chance), reason: REASON, purpose: PURPOSE, by, now };
      return { stream: known.made.stream, draft: decide(known, { type: 'withdraw', statements, ...common }) };
    }),
    ...said(chance, scene, [revised(network, given)]),
  ];
}

function anyMember(chance: Chance, scene: Scene): Said[] {
  return anyMembership(chance, scene);
}

/** In a network that somebody assessed; of anybody, where nobody is given. */
export function anyMembership(
  chance: Chance,
  scene: Scene,
  given?: Pick<MembersGiven['members'][0], 'entity' | 'category'>,
): Said[] {
  const network = anyNetwork(chance, scene);
  if (network === undefined) return [];
  const who = given ?? { entity: chance.pick(scene.entities.filter(({ kind }) => kind !== 'group')) };
  const to = chance.happens(0.2) ? { to: '2026-04-05' } : {};
  const member = { ...who, role: chance.pick(NETWORK_ROLES), ...dated(chance), ...to };
  return said(chance, scene, joined(network, { members: [member], ...terms(chance) }));
}

function anyEnd(chance: Chance, scene: Scene): Said[] {
  const membership = chance.pick(memberships(scene));
  if (membership === undefined) return [];
  const { kind, key } = membership.made.body.data.subject;
  const members = [{ entity: { kind, value: key }, ...dated(chance) }];
  return said(chance, scene, ended(networkIn(membership), { members, ...terms(chance) }));
}

function anyMerger(chance: Chance, scene: Scene): Said[] {
  const [one, into] = [anyNetwork(chance, scene), anyNetwork(chance, scene)];
  if (one === undefined || into === undefined || one === into) return [];
  return said(chance, scene, [merged(one, { into, ...dated(chance), ...terms(chance) })]);
}

/** Who is named goes over; who is not, stays. */
function anySplit(chance: Chance, scene: Scene): Said[] {
  const first = chance.pick(memberships(scene));
  if (first === undefined) return [];
  const network = networkIn(first);
  const named = memberships(scene).filter(
    (one) => one === first || (networkIn(one) === network && chance.happens(0.5)),
  );
  const ids = named.map(({ made }) => made.id);
  const { viewer } = scene.by;
  const states = new Map(named.map((known) => [known.made.id, known]));
  const going = membershipsOf(ids, states, new Set([networkGiven(network).value]), viewer).memberships;
  const given = { ...profile(chance), memberships: ids, ...dated(chance), ...terms(chance) };
  return said(chance, scene, split(anyId(chance), network, given, going, viewer));
}

/** All of them in one append, or none. */
function said(chance: Chance, { by, now, history }: Scene, wanted: readonly Wanted[]): Said[] {
  const keyOf = (kind: Parameters<typeof entityId>[1], key: string): string => entityId(SECRET, kind, key);
  const common = { by, now, newId: () => anyId(chance), keyOf, restsOn: markingsInForce(history) };
  return decideTogether(wanted, common).map((draft) => ({ stream: `assertion-${draft.id}`, draft }));
}

export function terms(chance: Chance): SaidUnder & { reason: string } {
  return {
    reason: REASON,
    grading: { scheme: '3x5x2', source: chance.pick(['1', '2', '3']), information: chance.pick(['A', 'C', 'E']) },
    marking: anyMarking(chance),
    statementKind: { kind: 'assessment', assessor: 'desk 4' },
    time: { at: '2026-04-20' },
    purpose: PURPOSE,
    ...(chance.happens(0.5) ? { origin: `report ${chance.below(4)}` } : {}),
  };
}

function profile(chance: Chance): Profile {
  const names = ['Tern', 'Plover', 'The ferrymen'];
  return {
    name: chance.pick(names),
    ...(chance.happens(0.3) ? { aliases: [chance.pick(names)] } : {}),
    threat: chance.pick(['low', 'high']),
    status: chance.pick(NETWORK_STATUSES),
  };
}

function dated(chance: Chance): { from?: string } {
  return chance.happens(0.5) ? { from: chance.pick(DAYS) } : {};
}

function assertions({ streams }: Scene): KnownAssertion[] {
  return [...streams.values()].flatMap((events) => {
    const state = assertionFrom(events);
    return state.status === 'absent' ? [] : [state];
  });
}

/** Id of one that somebody assessed, whoever may see it: whether a caller may is a rule of the routes. */
function anyNetwork(chance: Chance, scene: Scene): string | undefined {
  const made = assertions(scene).map((one) => one.made);
  return chance.pick(made.filter(({ body }) => body.data.decision?.act === 'assess-network'))?.id;
}

/** Those that make somebody a member of one network, and stand. */
function memberships(scene: Scene): KnownAssertion[] {
  return assertions(scene).filter(
    ({ status, made }) => status === 'standing' && made.body.data.decision?.act === 'add-member',
  );
}

function networkIn({ made }: KnownAssertion): string {
  const [statement] = made.body.data.statements;
  const key = statement?.relation === 'STATED' ? '' : (statement?.object.key ?? '');
  return key.slice(key.indexOf('/') + 1);
}
