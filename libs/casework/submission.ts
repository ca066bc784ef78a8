import type { LogReads, StreamWrite } from '#event-log';
import type { CaseAct, EntityIdOf } from './case-act.js';
import type { ItemRequest } from './case-requests.js';
import { decide } from './referral/decide.js';
import type { KnownReferral } from './referral/referral-state.js';
import { referralWrite } from './referral/referral-write.js';
import { requestRemovals } from './removal/request-removals.js';

/** How a referral leaves: the events before the submission that belong to the same append, and who acts. */
export interface Leaving {
  /** Decided in the same append: `referral.cleared`, mostly. */
  before?: Parameters<typeof referralWrite>[2];
  act: CaseAct;
  entityIdOf: EntityIdOf;
}

/**
 * Puts a cleared referral before its platform: the referral's own events and those of the platform's record, for one append.
 * The caller holds the locks of all its items ({@link itemLock}), taken before it read the referral.
 * @throws Refusal where it may not leave
 */
export async function submitReferral(
  read: Pick<LogReads, 'query' | 'readStreams'>,
  state: KnownReferral,
  { before = [], act, entityIdOf }: Leaving,
): Promise<{ writes: StreamWrite[]; state: KnownReferral }> {
  const { referral } = state;
  const ready = before.length === 0 ? state : referralWrite(state, referral, before, act).state;
  const submitted = decide(ready, { type: 'submit', now: act.now });
  const left = referralWrite(state, referral, [...before, ...submitted], act);
  const requests = requestsOf(left.state, entityIdOf);
  const { platform } = state.content;
  const removals = await requestRemovals(read, { platform, gsc: state.marking.gsc, requests }, act);
  return { writes: [left.write, ...removals], state: left.state };
}

/** What the platform is told: what it needs to decide, and nothing of how the agency knows. */
function requestsOf(state: KnownReferral, entityIdOf: EntityIdOf): ItemRequest[] {
  const { referral, organisation, content, items, receivedAt = '' } = state;
  const { instrument, ground, theme, urgency, language, territory, explanation, paperwork } = content;
  return content.items.map(({ kind, location, evidence }, item) => {
    const dueAt = items[item]?.clock?.dueAt;
    return {
      entity: entityIdOf(location.kind, location.key),
      item: { kind, location },
      request: {
        referral,
        item,
        organisation,
        instrument,
        ground,
        theme,
        urgency,
        ...(language === undefined ? {} : { language }),
        territory,
        explanation,
        evidence,
        ...(paperwork === undefined ? {} : { paperwork }),
        receivedAt,
        ...(dueAt === undefined ? {} : { dueAt }),
      },
    };
  });
}
