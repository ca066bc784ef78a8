import { type PlatformAnswer, Refusal } from '#events';
import { isOpen, type ItemState } from './referral-state.js';

/** @throws {@link Refusal} where the platform cannot say this of the item as it stands */
export function refuseAnswer(item: ItemState, said: PlatformAnswer): void {
  const code = obstacle(item, said.answer);
  if (code !== undefined) throw new Refusal('RuleRefused', code, WORDS[code]);
}

type Obstacle = keyof typeof WORDS;

const WORDS = {
  'referral.not-submitted': 'The referral has not reached the platform; nothing can be answered yet.',
  'item.withdrawn': 'The agency has withdrawn this item.',
  'item.acknowledged': 'The item has been acknowledged already.',
  'item.waits': 'The item waits for the agency’s answer; ask again, or decide.',
  'item.decided': 'The item has been decided; correct the decision where it was wrong.',
  'item.not-decided': 'Nothing has been decided about the item yet.',
  'appeal.open': 'An appeal is open already.',
  'appeal.none': 'No appeal is open.',
} as const;

function obstacle(item: ItemState, answer: PlatformAnswer['answer']): Obstacle | undefined {
  const { status, appeal } = item;
  if (status === 'not-submitted') return 'referral.not-submitted';
  if (status === 'withdrawn') return 'item.withdrawn';
  const open = isOpen(status);
  switch (answer) {
    case 'acknowledged':
      if (!open) return 'item.decided';
      if (status === 'acknowledged') return 'item.acknowledged';
      // What hindered the platform is over; any other question waits for the agency.
      return status === 'needs-information' && item.question?.reason !== 'impossibility' ? 'item.waits' : undefined;
    case 'asked':
    case 'decided':
      return open ? undefined : 'item.decided';
    case 'corrected':
      return open ? 'item.not-decided' : undefined;
    case 'appeal-opened':
      if (open) return 'item.not-decided';
      return appeal === 'open' ? 'appeal.open' : undefined;
    case 'appeal-decided':
      return appeal === 'open' ? undefined : 'appeal.none';
    default:
      return answer satisfies never;
  }
}
