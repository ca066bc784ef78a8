/** Removals in the random histories: what platforms say of their own accord, correct, take back and lose on appeal, decided by the rules themselves. */
import { decideRemoval, removalFrom, type PlatformCommand, type RemovalState } from '#casework';
import type { CaseItem, Effect, KnownEvent, Outcome } from '#events';
import { canonical } from '#identifiers';
import { markingOf } from '../../apps/command-api/assertions/marking-rules.js';
import type { Chance } from '../../bench/workload/chance.js';
import { anyMarking, PURPOSE } from './cast.js';
import { anyCommand, anyId, type Said, type Scene } from './history.js';

const ITEM_KINDS = { account: 'account', handle: 'account', group: 'group' } as const;
/** The first three remove; the last restricts, which is stated of the item. */
const EFFECTS: readonly Effect[] = ['removed', 'disabled', 'account-terminated', 'labelled'];

/** As often as a third of what a platform does it is something about a removal of its own. */
export function anyCommandOrRemoval(chance: Chance, scene: Scene): Said[] {
  if (scene.by.viewer.kind !== 'platform' || chance.happens(0.65)) return anyCommand(chance, scene);
  const own = [...scene.streams].flatMap(([stream, events]) => {
    const state = removalFrom(events);
    return isOf(state, scene) ? [{ stream, state }] : [];
  });
  if (own.length === 0 || chance.happens(0.5)) return [reported(chance, scene)];
  const { stream, state } = chance.pick(own);
  const command = anyChange(chance, scene, state);
  return command === undefined ? [] : [{ stream, draft: decideRemoval(state, command, actOf(chance, scene)) }];
}

type Known = Exclude<RemovalState, { status: 'absent' }>;

function isOf(state: RemovalState, { by }: Scene): state is Known {
  return state.status !== 'absent' && state.platform === by.viewer.organisation;
}

function reported(chance: Chance, scene: Scene): Said {
  const removal = anyId(chance);
  const { organisation: platform } = scene.by.viewer;
  const marking = markingOf(anyMarking(chance), platform);
  const command = { type: 'report', removal, platform, item: anyItem(chance, scene), marking } as const;
  const draft = decideRemoval(
    { status: 'absent' },
    { ...command, outcome: anyOutcome(chance, scene) },
    actOf(chance, scene),
  );
  return { stream: `removal-${removal}`, draft };
}

function anyItem(chance: Chance, { entities, by }: Scene): CaseItem {
  const { kind, value, platform } = chance.pick(entities.filter((each) => each.kind in ITEM_KINDS));
  const { key } = canonical(kind, value, { platform, organisation: by.viewer.organisation });
  return { kind: ITEM_KINDS[kind as keyof typeof ITEM_KINDS], location: { kind, key, raw: value } };
}

function anyOutcome(chance: Chance, { now }: Scene): Outcome {
  const effectiveAt = `${new Date(now.getTime() - 1000 * chance.below(86_400)).toISOString().slice(0, 19)}Z`;
  return { result: 'actioned', effect: chance.pick(EFFECTS), effectiveAt };
}

/** Undefined where nothing is decided that could be changed. */
function anyChange(chance: Chance, scene: Scene, { decision }: Known): PlatformCommand | undefined {
  if (decision === undefined || decision.appeal === 'overturned') return undefined;
  if (decision.appeal === 'open') {
    const result = chance.happens(0.5) ? 'overturned' : 'upheld';
    return { type: 'decide-appeal', result, reason: 'Looked at anew.' };
  }
  if (chance.happens(0.4)) return { type: 'open-appeal', reason: 'The uploader says so.' };
  const outcome = chance.happens(0.5) ? { outcome: anyOutcome(chance, scene) } : {};
  return { type: 'correct', reason: 'Seen again.', ...outcome };
}

function actOf(chance: Chance, { by: { viewer }, now }: Scene) {
  const actor = { organisation: viewer.organisation, user: viewer.subject, role: 'platform-moderator' };
  return { id: anyId(chance), now, actor, purpose: PURPOSE };
}

/** The item of a removal, where the newest of its events leave something that the graph says of it. */
export function statedItem(events: readonly KnownEvent[]): CaseItem['location'] | undefined {
  const state = removalFrom(events);
  if (state.status === 'absent' || state.decision?.outcome.effect === 'none') return undefined;
  return state.decision === undefined ? undefined : state.item.location;
}
