/** Decisions about identity and networks, as their commands would make them: by assertions, decided by the rules of production. */
import type { Decision, KnownEvent } from '#events';
import { networkEntity, NETWORK_ROLES, NETWORK_STATUSES } from '#events';
import { assertionFrom } from '../../apps/command-api/assertions/assertion-state.js';
import type { AssertionGiven, EntityGiven, StatementGiven } from '../../apps/command-api/assertions/given.js';
import type { Chance } from '../../bench/workload/chance.js';
import { anyMarking, PURPOSE } from '../noninterference/cast.js';
import { anyCommand, anyId, made, type Said, type Scene } from '../noninterference/history.js';

const DAYS = ['2026-03-01', '2026-03-02', '2026-03', '2026-04-05'];
const REASON = 'compared by hand';

/** An ordinary command, or a decision. */
export function anyAct(chance: Chance, scene: Scene): Said[] {
  return chance.happens(0.5) ? anyCommand(chance, scene) : chance.pick(ACTS)(chance, scene);
}

type Act = (chance: Chance, scene: Scene) => Said[];

const ACTS: readonly Act[] = [
  identity('same', 'SAME_AS'),
  identity('not-same', 'NOT_SAME_AS'),
  demotion,
  assessment,
  membership,
  membership,
  membership,
  end,
  merge,
  split,
];

function identity(act: 'same' | 'not-same', relation: 'SAME_AS' | 'NOT_SAME_AS'): Act {
  return (chance, scene) => {
    const accounts = scene.entities.filter(({ kind }) => kind === 'account');
    const subject = chance.pick(accounts);
    const others = accounts.filter((one) => one !== subject && chance.happens(0.5));
    const statements = others.map((object): StatementGiven => ({ relation, object }));
    return statements.length === 0 ? [] : [said(chance, scene, act, subject, statements)];
  };
}

function demotion(chance: Chance, scene: Scene): Said[] {
  const to = chance.happens(0.3) ? { to: '2026-04-05' } : {};
  const statement: StatementGiven = { relation: 'STATED', property: 'demoted', value: true, ...dated(chance), ...to };
  return [said(chance, scene, 'demote', chance.pick(scene.entities), [statement])];
}

function assessment(chance: Chance, scene: Scene): Said[] {
  const id = anyId(chance);
  return [said(chance, scene, 'assess-network', networkGiven(id), aboutNetwork(chance), [], id)];
}

function aboutNetwork(chance: Chance): StatementGiven[] {
  return [
    { relation: 'HAS_NAME', object: { kind: 'name', value: chance.pick(['Tern', 'Plover', 'The ferrymen']) } },
    { relation: 'STATED', property: 'threat', value: chance.pick(['low', 'high']) },
    { relation: 'STATED', property: 'status', value: chance.pick(NETWORK_STATUSES) },
  ];
}

function membership(chance: Chance, scene: Scene): Said[] {
  const network = anyNetwork(chance, scene);
  if (network === undefined) return [];
  const role = chance.happens(0.7) ? { role: chance.pick(NETWORK_ROLES) } : {};
  const to = chance.happens(0.2) ? { to: '2026-04-05' } : {};
  const statement: StatementGiven = { relation: 'MEMBER_OF', object: network, ...role, ...dated(chance), ...to };
  return [said(chance, scene, 'add-member', anyActor(chance, scene), [statement])];
}

function end(chance: Chance, scene: Scene): Said[] {
  const member = chance.pick(membershipsIn(scene));
  if (member === undefined) return [];
  const { subject, network } = member;
  const statement: StatementGiven = { relation: 'NOT_MEMBER_OF', object: network, ...dated(chance) };
  return [said(chance, scene, 'end-membership', subject, [statement])];
}

function merge(chance: Chance, scene: Scene): Said[] {
  const [one, other] = [anyNetwork(chance, scene), anyNetwork(chance, scene)];
  if (one === undefined || other === undefined || one.value === other.value) return [];
  return [said(chance, scene, 'merge-networks', one, [{ relation: 'PART_OF', object: other, ...dated(chance) }])];
}

/** What is named goes over, under its own marking or a narrower one; what is not named stays. */
function split(chance: Chance, scene: Scene): Said[] {
  const all = membershipsIn(scene);
  const first = chance.pick(all);
  if (first === undefined) return [];
  const named = all.filter(
    ({ network, event }) => network.value === first.network.value && (event === first.event || chance.happens(0.5)),
  );
  const id = anyId(chance);
  const about = [...aboutNetwork(chance), { relation: 'SUCCESSOR_OF', object: first.network } as const];
  const from = dated(chance);
  return [
    said(chance, scene, 'split-network', networkGiven(id), about, [], id),
    ...named.flatMap(({ subject, network, event }) => {
      const moved: StatementGiven[] = [
        { relation: 'MEMBER_OF', object: networkGiven(id), ...from },
        { relation: 'NOT_MEMBER_OF', object: network, ...from },
      ];
      return [said(chance, scene, 'split-network', subject, moved, [event])];
    }),
  ];
}

function said(
  chance: Chance,
  { by, now, history }: Scene,
  act: Decision['act'],
  subject: EntityGiven,
  statements: readonly StatementGiven[],
  basis: readonly string[] = [],
  id = anyId(chance),
): Said {
  const given: AssertionGiven = {
    subject,
    statements,
    grading: { scheme: '3x5x2', source: chance.pick(['1', '2', '3']), information: chance.pick(['A', 'C', 'E']) },
    marking: anyMarking(chance),
    statementKind: { kind: 'assessment', assessor: 'desk 4' },
    time: { at: '2026-04-20' },
    purpose: PURPOSE,
    ...(chance.happens(0.5) ? { origin: `report ${chance.below(4)}` } : {}),
    ...(basis.length === 0 ? {} : { basis }),
  };
  const draft = made(given, { id, by, now, history, decision: { act, reason: REASON } });
  return { stream: `assertion-${id}`, draft };
}

function dated(chance: Chance): { from?: string } {
  return chance.happens(0.5) ? { from: chance.pick(DAYS) } : {};
}

function anyActor(chance: Chance, { entities }: Scene): EntityGiven {
  return chance.pick(entities.filter(({ kind }) => kind !== 'group'));
}

function networkGiven(assessment: string): EntityGiven {
  return { kind: 'network', value: networkEntity(assessment).key };
}

/** Assessed by somebody, whoever may see it: whether a caller may is a rule of the routes. */
function anyNetwork(chance: Chance, { history }: Scene): EntityGiven | undefined {
  const assessed = history.filter(
    ({ body }) =>
      body.type === 'assertion.made' && body.data.subject.kind === 'network' && body.data.decision !== undefined,
  );
  const event = chance.pick(assessed);
  return event === undefined || event.body.type !== 'assertion.made'
    ? undefined
    : { kind: 'network', value: event.body.data.subject.key };
}

/** Of each person that a network has, as it was given. */
function membershipsIn({
  history,
  streams,
  entities,
}: Scene): { subject: EntityGiven; network: EntityGiven; event: string }[] {
  return history.flatMap((event: KnownEvent) => {
    const { body } = event;
    if (body.type !== 'assertion.made' || assertionFrom(streams.get(event.stream) ?? []).status !== 'standing')
      return [];
    const [statement] = body.data.statements;
    if (statement?.relation !== 'MEMBER_OF' || statement.object.kind !== 'network') return [];
    const subject = entities.find(
      ({ kind, value }) => kind === body.data.subject.kind && value === body.data.subject.raw,
    );
    if (subject === undefined) return [];
    return [{ subject, network: { kind: 'network', value: statement.object.key } as const, event: event.id }];
  });
}
