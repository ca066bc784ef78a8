import { randomUUID } from 'node:crypto';
import type { LogReads, StreamWrite } from '#event-log';
import type { Evidence } from '#events';
import type { CaseAct } from '../case-act.js';
import type { ItemRequest, ReferredPlace } from '../case-requests.js';
import type { RemovalAct } from './commands.js';
import { decideRemoval } from './decide.js';
import { openRemovals, removalStates } from './open-removals.js';
import { RemovalWrites } from './removal-writes.js';
import { NO_REMOVAL, isOpen, type KnownRemoval } from './state.js';

type Reads = Pick<LogReads, 'query' | 'readStreams'>;

export interface Requested {
  /** Organisation of the platform. */
  platform: string;
  /** Classification of the referral: the removal's marking is at least as strict. */
  gsc: string;
  requests: readonly ItemRequest[];
}

/**
 * What a referral asks of a platform, in the platform's own record: a removal for each item, or a request that joins the one
 * that is open already (R21). The platform has one item, and no agency learns of another. The caller holds the locks of the
 * items.
 * @throws {@link Refusal} `removal.too-many-requests`
 */
export async function requestRemovals(read: Reads, requested: Requested, act: CaseAct): Promise<StreamWrite[]> {
  const { platform, gsc, requests } = requested;
  const open = await openRemovals(
    read,
    platform,
    requests.map(({ entity }) => entity),
  );
  const cases = new RemovalWrites(await removalStates(read, [...open.values()]));
  for (const { item, entity, request } of requests) {
    const found = open.get(entity);
    const by = actOf(request.organisation, act);
    if (found !== undefined) {
      const joined = decideRemoval(cases.stateOf(found), { type: 'join', request, gsc }, by);
      cases.append(found, request.organisation, joined);
      continue;
    }
    // Random, and not one that begins with the time: should it ever be seen, it must not tell when somebody first asked.
    const removal = randomUUID();
    const command = { type: 'request', removal, platform, item, request, gsc } as const;
    cases.append(removal, request.organisation, decideRemoval(NO_REMOVAL, command, by));
    open.set(entity, removal);
  }
  return cases.writes();
}

/** The agency withdraws its requests: nothing where the item is decided. The caller holds the locks of the items. */
export async function withdrawRequests(
  read: Reads,
  places: readonly ReferredPlace[],
  act: CaseAct,
): Promise<StreamWrite[]> {
  const { cases, standing } = await casesAskedFor(read, places);
  for (const { removal, organisation, referral, item } of standing) {
    const command = { type: 'withdraw-request', referral, item } as const;
    cases.append(removal, organisation, decideRemoval(cases.stateOf(removal), command, actOf(organisation, act)));
  }
  return cases.writes();
}

/**
 * The agency's answer to what the platform asked, in the platform's record: nothing where the item is decided. The caller holds
 * the lock of the item.
 */
export async function informPlatform(
  read: Reads,
  given: ReferredPlace & { text: string; evidence: Evidence[] },
  act: CaseAct,
): Promise<StreamWrite[]> {
  const { referral, text, evidence } = given;
  const { cases, standing } = await casesAskedFor(read, [given]);
  for (const { removal, organisation } of standing) {
    const command = { type: 'inform', referral, text, evidence } as const;
    cases.append(removal, organisation, decideRemoval(cases.stateOf(removal), command, actOf(organisation, act)));
  }
  return cases.writes();
}

interface Standing extends ReferredPlace {
  removal: string;
  organisation: string;
}

/** Open removals in which these places stand. */
async function casesAskedFor(
  read: Reads,
  places: readonly ReferredPlace[],
): Promise<{ cases: RemovalWrites; standing: Standing[] }> {
  const asked = await read.query<Standing>(
    `SELECT q.removal, q.referral, q.item, q.organisation
       FROM unnest($1::uuid[], $2::smallint[]) AS asked (referral, item), LATERAL (
         SELECT * FROM removal_requests r WHERE r.referral = asked.referral AND r.item = asked.item AND r.standing
       ) AS q ORDER BY q.referral, q.item`,
    [places.map(({ referral }) => referral), places.map(({ item }) => item)],
  );
  const states = await removalStates(read, [...new Set(asked.map(({ removal }) => removal))]);
  const standing = asked.filter(({ removal }) => isOpen(states.get(removal) as KnownRemoval));
  return { cases: new RemovalWrites(states), standing };
}

/** The agency acts, and no person of it: who works for whom is nothing that a platform has to know, nor in which operation. */
function actOf(organisation: string, { now, newId }: CaseAct): RemovalAct {
  return { id: newId(), now, actor: { organisation, user: 'referral', role: 'rule' }, purpose: 'referral' };
}
