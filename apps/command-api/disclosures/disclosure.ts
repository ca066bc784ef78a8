import { actorOf, maySee, type Ancestor, type Viewer } from '#access';
import {
  actDraft,
  audienceOf,
  bodyOf,
  ownMarking,
  type DisclosureEvent,
  type EventDraft,
  type KnownEvent,
  type ReleaseContent,
  type ReviewOutcome,
  Refusal,
} from '#events';
import type { ReleaseDecision } from '../releases/outward.js';
import { inStead, type Decider } from '../work-list/decider.js';
import type { NewNotice } from '../work-list/notices.js';

/**
 * Emergency disclosure: a life is at stake, so a copy goes out at once, past every consent and every second pair of eyes. It
 * is loud instead: the originators and the own authorisers are told, and another authoriser reviews it. Whoever discloses must
 * see the item, so somebody outside its compartment cannot; inside, a compartment does not stand in the way. What not even a
 * threat to life lifts is what nobody can vouch for: unknown codes (R8), what was withdrawn, and a copy whose own marking
 * would keep it from its recipient. Nothing above OFFICIAL is ever here to be disclosed (R7).
 */
type DisclosureHistory = Extract<KnownEvent, { body: DisclosureEvent }>;
type Made = Extract<KnownEvent, { body: { type: 'disclosure.emergency-made' } }>;

export type DisclosureState = { status: 'absent' } | { status: 'made' | 'reviewed'; made: Made; version: number };

export function disclosureFrom(events: readonly KnownEvent[]): DisclosureState {
  return (events as readonly DisclosureHistory[]).reduce<DisclosureState>(
    (state, event) => {
      const { body, streamVersion: version } = event;
      if (body.type === 'disclosure.emergency-made') return { status: 'made', made: event as Made, version };
      return state.status === 'absent' ? state : { ...state, status: 'reviewed', version };
    },
    { status: 'absent' },
  );
}

/** What not even an emergency lifts. */
export function stillBarred({ barred }: ReleaseDecision): string[] {
  return barred.filter((code) => /^(copy\.|R8\.|withdrawn)/.test(code));
}

export interface Disclose {
  id: string;
  disclosure: string;
  copy: string;
  now: Date;
  purpose: string;
  by: Viewer;
  role: string;
  content: ReleaseContent;
  decision: ReleaseDecision;
  ancestry: readonly Ancestor[];
  compartment: string | null;
  reason: string;
  reviewHours: number;
}

/** @throws {@link Refusal} `disclosure.barred` */
export function disclose(command: Disclose): EventDraft {
  const { by, content, decision, ancestry, now, disclosure, copy, reason } = command;
  const barred = stillBarred(decision);
  if (barred.length > 0)
    throw new Refusal('RuleRefused', 'disclosure.barred', `Not even a threat to life lifts: ${barred.join(', ')}.`);
  const { compartment } = command;
  const body = bodyOf('disclosure.emergency-made', {
    disclosure,
    ...content,
    copy,
    reason,
    reviewBy: new Date(now.getTime() + command.reviewHours * 3_600_000).toISOString(),
    decision: decision.basis,
    originators: [...new Set(ancestry.map(({ marking }) => marking.originator))].sort(),
  });
  const marking = ownMarking(by.organisation, { gsc: 'OFFICIAL-SENSITIVE', tlp: 'AMBER+STRICT', compartment });
  return actDraft({ ...command, actor: actorOf(by, command.role) }, body, marking, [content.item]);
}

/** Who is told at once: authorisers of every originator, about their own events; and authorisers of one's own organisation. */
export function alarmed(draft: EventDraft, { disclosure, content, ancestry, by, reason }: Disclose): NewNotice[] {
  const recipients = content.recipients.map(({ organisation }) => organisation);
  const common = { kind: 'emergency-disclosure', about: disclosure };
  const others = [...new Set(ancestry.map(({ marking }) => marking.originator))].filter(
    (originator) => originator !== by.organisation,
  );
  const toOwn: NewNotice = {
    ...common,
    organisation: by.organisation,
    roles: ['authoriser', 'administrator'],
    details: { disclosure, by: by.subject, recipients, item: content.item },
    audiences: [audienceOf(draft.marking)],
  };
  return [
    toOwn,
    ...others.map((organisation): NewNotice => {
      const theirs = ancestry.filter(({ marking }) => marking.originator === organisation);
      return {
        ...common,
        organisation,
        roles: ['authoriser'],
        details: { disclosure, by: by.organisation, recipients, reason, events: theirs.map(({ event }) => event) },
        audiences: theirs.map(({ marking }) => audienceOf(marking)),
      };
    }),
  ];
}

export interface Review {
  id: string;
  now: Date;
  purpose: string;
  decider: Decider;
  outcome: ReviewOutcome;
  reason: string;
}

/** @throws {@link Refusal} */
export function review(state: DisclosureState, command: Review): EventDraft {
  const { decider, outcome, reason } = command;
  const { viewer } = decider;
  if (state.status === 'absent' || !maySee(viewer, state.made.marking).see)
    throw new Refusal('NotFound', 'disclosure.unknown', 'There is no such disclosure.');
  const { made } = state;
  if (made.actor.user === viewer.subject)
    throw new Refusal('Forbidden', 'disclosure.own', 'Another authoriser reviews what you have disclosed.');
  if (state.status === 'reviewed')
    throw new Refusal('RuleRefused', 'disclosure.reviewed', 'It has been reviewed already.');
  const { disclosure } = made.body.data;
  const body = bodyOf('disclosure.emergency-reviewed', { disclosure, outcome, reason, ...inStead(decider) });
  return actDraft({ ...command, actor: actorOf(viewer, 'authoriser') }, body, made.marking, [made.id]);
}
