/** Referrals, what platforms answer, agencies' own looks and posts in the histories, decided by the rules of the cases themselves. */
import { decide, referralFrom, referralWrite, type KnownReferral, type ReferralCommand } from '#casework';
import { Refusal, type CaseItem, type Effect, type PlatformAnswer, type ReferralContent } from '#events';
import { canonical } from '#identifiers';
import type { EntityGiven } from '../../apps/command-api/assertions/given.js';
import { markingOf } from '../../apps/command-api/assertions/marking-rules.js';
import type { Chance } from '../../bench/workload/chance.js';
import { anyMarking, PURPOSE, SPEAKERS } from '../noninterference/cast.js';
import { anyId, made, type Said, type Scene } from '../noninterference/history.js';
import { anyCommandOrRemoval } from '../noninterference/removals-in-worlds.js';
import { anyAct, anyAssessment, anyMembership, likened, terms } from './deciding.js';

const PLATFORMS = SPEAKERS.filter(({ kind }) => kind === 'platform').map(({ organisation }) => organisation);
const ITEM_KINDS = { account: 'account', handle: 'account', group: 'group', item: 'post' } as const;
const EFFECTS: readonly Effect[] = ['removed', 'removed', 'disabled', 'labelled'];
const HAD = [
  ['HAS_HANDLE', 'handle'],
  ['ADMINISTERS', 'group'],
  ['USES_NUMBER', 'phone-number'],
] as const;
const CATEGORIES = ['victim', 'witness', 'suspect'] as const;
/** Of the first of March to the last of April: around what is said to have begun and ended. */
const FIRST_DAY = Date.parse('2026-03-01T00:00:00Z');
const DAYS = 61;
const MOST_ITEMS = 3;

const ACTS: readonly ((chance: Chance, scene: Scene) => Said[])[] = [
  referred,
  referred,
  looked,
  posted,
  posted,
  takenPartIn,
  takenPartIn,
  recordedTwice,
  recordedTwice,
  joinedIn,
  joinedIn,
  owned,
  owned,
];

/** An ordinary act, or something that becomes of what was found. */
export function anyActOrCase(chance: Chance, scene: Scene): Said[] {
  if (chance.happens(0.45)) return anyAct(chance, scene);
  try {
    return scene.by.viewer.kind === 'platform'
      ? chance.pick([answered, answered, anyCommandOrRemoval])(chance, scene)
      : chance.pick(ACTS)(chance, scene);
  } catch (refusal) {
    if (refusal instanceof Refusal) return [];
    throw refusal;
  }
}

/** Four posts of the world, in the form in which they are reported. */
function postsOf({ entities }: Scene): EntityGiven[] {
  const letters = entities[0]!.value.slice(4, 10);
  return [1, 2, 3, 4].map((at) => ({ kind: 'item', value: `https://youtu.be/post${letters}${at}` }));
}

function itemOf({ kind, value, platform }: EntityGiven): CaseItem {
  const { key } = canonical(kind, value, platform === undefined ? {} : { platform });
  return { kind: ITEM_KINDS[kind as keyof typeof ITEM_KINDS], location: { kind, key, raw: value } };
}

function anyMoment(chance: Chance): string {
  return new Date(FIRST_DAY + 1000 * chance.below(DAYS * 86_400)).toISOString();
}

/** From the draft to the platform at once: a life is at stake. When it was received is when it is decided. */
function referred(chance: Chance, scene: Scene): Said[] {
  const referral = anyId(chance);
  const of = [...scene.entities.filter(({ kind }) => kind in ITEM_KINDS), ...postsOf(scene)];
  const items = Array.from({ length: 1 + chance.below(MOST_ITEMS) }, () => itemOf(chance.pick(of)));
  const earlier = referrals(scene).flatMap(({ referral: id, items: had }) =>
    had.map(({ location }, item) => ({ referral: id, item, location })),
  );
  const content: ReferralContent = {
    platform: chance.pick(PLATFORMS),
    instrument: 'voluntary-referral',
    ground: { basis: 'terms', provision: 'Community rules' },
    theme: 'boat-crossing',
    urgency: 'threat-to-life',
    territory: [],
    explanation: 'Offers places in a boat.',
    items: items.map((item) => ({
      ...item,
      evidence: [],
      ...(earlier.length > 0 && chance.happens(0.4) ? { successorOf: chance.pick(earlier) } : {}),
    })),
  };
  const at = new Date(anyMoment(chance));
  const outward = { missing: [], decision: { policy: 1, at: at.toISOString(), reasons: [], permissions: [], of: [] } };
  const steps: ReferralCommand[] = [
    { type: 'draft', now: at, referral, content },
    { type: 'override', now: at, reason: 'a life is at stake', ...outward },
    { type: 'submit', now: at },
  ];
  const { organisation } = scene.by.viewer;
  const draftTerms = { marking: markingOf(anyMarking(chance), organisation), basis: [] };
  const act = actOf(chance, scene, 'referrer');
  let state = referralFrom([]);
  const said = steps.flatMap((step) => {
    const { write, state: next } = referralWrite(state, referral, decide(state, step), act, draftTerms);
    state = next;
    return write.events.map((draft): Said => ({ stream: write.stream, draft }));
  });
  return said;
}

/** The platform's words in the record of whoever asked. */
function answered(chance: Chance, scene: Scene): Said[] {
  const { organisation } = scene.by.viewer;
  const asked = referrals(scene, ({ content }) => content.platform === organisation);
  if (asked.length === 0) return [];
  const state = chance.pick(asked);
  const item = chance.below(state.items.length);
  const act = actOf(chance, scene, 'platform-moderator');
  const { write } = referralWrite(
    state,
    state.referral,
    decide(state, { type: 'answer', now: scene.now, item, said: anyAnswer(chance, state, item) }),
    act,
  );
  return write.events.map((draft) => ({ stream: write.stream, draft }));
}

function anyAnswer(chance: Chance, { items }: KnownReferral, item: number): PlatformAnswer {
  const dated = chance.happens(0.9) ? { effectiveAt: anyMoment(chance) } : {};
  const outcome = chance.happens(0.85)
    ? { result: 'actioned' as const, effect: chance.pick(EFFECTS), ...dated }
    : { result: 'no-violation' as const, effect: 'none' as const };
  if (items[item]?.status !== 'actioned') return { answer: 'decided', outcome };
  if (items[item]?.appeal === 'open')
    return { answer: 'appeal-decided', result: chance.happens(0.6) ? 'overturned' : 'upheld' };
  if (chance.happens(0.5)) return { answer: 'appeal-opened' };
  return { answer: 'corrected', reason: 'Looked at anew.', ...(chance.happens(0.6) ? { outcome } : {}) };
}

/** The agency looks itself whether it is still there. */
function looked(chance: Chance, scene: Scene): Said[] {
  const { organisation } = scene.by.viewer;
  const own = referrals(scene, ({ organisation: of }) => of === organisation);
  if (own.length === 0) return [];
  const state = chance.pick(own);
  const item = chance.below(state.items.length);
  const finding = chance.happens(0.75) ? 'still-available' : 'verified-unavailable';
  const look = { finding, at: anyMoment(chance), vantage: 'GB', evidence: [] } as const;
  const { write } = referralWrite(
    state,
    state.referral,
    decide(state, { type: 'record-finding', now: scene.now, item, ...look, evidence: [] }),
    actOf(chance, scene, 'referrer'),
  );
  return write.events.map((draft) => ({ stream: write.stream, draft }));
}

/** Who posted what, and what came in its place. */
function posted(chance: Chance, scene: Scene): Said[] {
  const { by, now, history, entities } = scene;
  const [subject, other] = [chance.pick(postsOf(scene)), chance.pick(postsOf(scene))];
  const id = anyId(chance);
  const at = chance.happens(0.6) ? { from: anyMoment(chance).slice(0, 10) } : {};
  // Mostly where others post too: in a group, or under a handle that several have.
  const kinds = chance.happens(0.7) ? ['handle', 'group'] : Object.keys(ITEM_KINDS);
  const place = chance.pick(entities.filter(({ kind }) => kinds.includes(kind)));
  const came = chance.happens(0.4) && other.value !== subject.value;
  const statements = [
    { relation: 'POSTED_BY' as const, object: place, ...at },
    ...(came ? [{ relation: 'SUCCESSOR_OF' as const, object: other, ...at }] : []),
  ];
  const { reason: _, ...said } = terms(chance);
  return [{ stream: `assertion-${id}`, draft: made({ ...said, subject, statements }, { id, by, now, history }) }];
}

/** One of the few who are in networks, so that there is more to say of them. */
function mover(chance: Chance, { entities }: Scene): EntityGiven {
  return chance.pick(entities.slice(0, 2));
}

/** Where there is no network yet, somebody assesses one. */
function joinedIn(chance: Chance, scene: Scene): Said[] {
  const said = anyMembership(chance, scene, { entity: mover(chance, scene) });
  return said.length > 0 ? said : anyAssessment(chance, scene);
}

/** What they have and run, and are referred for. */
function owned(chance: Chance, scene: Scene, subject = mover(chance, scene)): Said[] {
  const { by, now, history, entities } = scene;
  const [relation, kind] = chance.pick(HAD);
  const id = anyId(chance);
  const object = entities.find((one) => one.kind === kind)!;
  const { reason: _, ...said } = terms(chance);
  const given = { ...said, subject, statements: [{ relation, object }] };
  return [{ stream: `assertion-${id}`, draft: made(given, { id, by, now, history }) }];
}

function person({ entities }: Scene): EntityGiven {
  return entities.find(({ kind }) => kind === 'person')!;
}

/** A person, and what they are in the case. */
function takenPartIn(chance: Chance, scene: Scene): Said[] {
  return anyMembership(chance, scene, { entity: person(scene), category: chance.pick(CATEGORIES) });
}

/** Another record of the person, that says what they have and nothing of a case. */
function recordedTwice(chance: Chance, scene: Scene): Said[] {
  const first = person(scene);
  const second = { ...first, value: `${first.value}-again` };
  return [...owned(chance, scene, second), ...likened(chance, scene, second, [first])];
}

function referrals({ streams }: Scene, isMeant: (state: KnownReferral) => boolean = () => true): KnownReferral[] {
  return [...streams]
    .filter(([stream]) => stream.startsWith('referral-'))
    .map(([, events]) => referralFrom(events))
    .filter((state): state is KnownReferral => state.status !== 'absent' && isMeant(state));
}

function actOf(chance: Chance, { by: { viewer }, now }: Scene, role: 'referrer' | 'platform-moderator') {
  const actor = { organisation: viewer.organisation, user: viewer.subject, role };
  return { actor, purpose: PURPOSE, now, newId: () => anyId(chance) };
}
