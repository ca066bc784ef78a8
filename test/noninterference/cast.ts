/** Who speaks and who asks in the random worlds: the organisations of the local stack, so that the same worlds go over HTTP. */
import type { OrganisationKind, Role } from '#events';
import type { Viewer } from '#access';
import type { AssertionGiven, EntityGiven, MarkingGiven } from '../../apps/command-api/assertions/given.js';
import { Chance } from '../../bench/workload/chance.js';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';

export interface Organisation {
  organisation: string;
  name: string;
  kind: OrganisationKind;
  groups: readonly string[];
}

/** Two agencies and a unit, two platforms; the first two share a group. */
export const SPEAKERS: readonly Organisation[] = (['coastal', 'border', 'partner', 'lumen', 'chatter'] as const).map(
  (key) => ORGANISATIONS[key],
);
export const COMPARTMENT = 'saltmarsh';
const GROUPS = ['crossing-task-force', 'northern'];
const ROLES: readonly Role[] = ['analyst'];

/** Somebody of one of the organisations; a few know of the compartment, some organisations are in one group more. */
export function anyViewer(chance: Chance): Viewer {
  const { organisation, kind, groups } = chance.pick(SPEAKERS);
  return {
    organisation,
    kind,
    subject: `analyst-${chance.below(3)}`,
    roles: ROLES,
    groups: chance.happens(0.2) ? [...groups, 'northern'] : groups,
    compartments: chance.happens(0.25) ? [COMPARTMENT] : [],
    ...(chance.happens(0.1) ? { asks: chance.pick(['feed', 'prosecution', 'operation-tern']) } : {}),
  };
}

/** Speaks for an organisation and knows of everything that its organisation may mark with. */
export function speakerOf({ organisation, kind, groups }: Organisation): Viewer {
  return {
    organisation,
    kind,
    subject: 'speaker',
    roles: ['analyst', 'authoriser'],
    groups,
    compartments: [COMPARTMENT],
  };
}

const HANDLING: readonly Pick<MarkingGiven, 'handling' | 'conditions'>[] = [
  { handling: ['P'] },
  { handling: ['C'], conditions: ['A1', 'S2'] },
  { handling: ['H1'] },
  { handling: ['H3'] },
  { handling: ['P', 'AGENCIES-ONLY'] },
  {},
];

/** Markings of every reach, each drawn about as often: to all, to the community, to named ones, to a group, to nobody. */
export function anyMarking(chance: Chance): MarkingGiven {
  const others = SPEAKERS.map(({ organisation }) => organisation);
  const named = (): string[] => [chance.pick(others), ...(chance.happens(0.4) ? [chance.pick(others)] : [])];
  const releasableTo = chance.happens(0.4) ? (chance.happens(0.3) ? [chance.pick(GROUPS)] : named()) : [];
  return {
    gsc: chance.happens(0.7) ? 'OFFICIAL' : 'OFFICIAL-SENSITIVE',
    tlp: chance.pick(['CLEAR', 'GREEN', 'GREEN', 'AMBER', 'AMBER', 'AMBER', 'AMBER+STRICT', 'RED']),
    ...chance.pick(HANDLING),
    releasableTo: [...new Set(releasableTo)],
    ...(chance.happens(0.1) ? { compartment: COMPARTMENT } : {}),
  };
}

/** The few entities of a world, so that its statements meet. Worlds share none: many of them lie in one store. */
export function entitiesOf(world: number): EntityGiven[] {
  const number = String(world).padStart(6, '0');
  const account = (at: number): EntityGiven => ({
    kind: 'account',
    platform: 'facebook',
    value: `1000${number}${10_000 + at}`,
  });
  return [
    account(1),
    account(2),
    account(3),
    account(4),
    { kind: 'phone-number', value: numberOf(world) },
    { kind: 'handle', platform: 'instagram', value: `tern.${number}` },
    { kind: 'group', platform: 'telegram', value: `-100${number}77` },
    { kind: 'person', platform: 'pole', value: `p${number}` },
  ];
}

/** Numbers kept for fiction. Those of London are valid; those of mobiles, in every fourth world, are not, and join nobody. */
function numberOf(world: number): string {
  const place = String(world % 1_000).padStart(3, '0');
  return world % 4 === 3 ? `+44 7700 900${place}` : `+44 20 7946 0${place}`;
}

/** Names that are more or less alike, in letters of the world's own, so that worlds in one store do not meet in them either. */
export function namesOf(world: number): EntityGiven[] {
  const letters = (places: string): string =>
    [...places]
      .map((place) =>
        place === ' ' ? ' ' : String.fromCodePoint(FIRST_LETTER + (world % ALPHABETS) * 8 + Number(place)),
      )
      .join('');
  return ['012 345', '012 34', '0123', '012', '012 345 6'].map((places) => ({ kind: 'name', value: letters(places) }));
}

/** Han characters: many, of one case, each a letter. */
const FIRST_LETTER = 0x4e00;
const ALPHABETS = 2_500;

export const PURPOSE: AssertionGiven['purpose'] = 'operation-tern';
