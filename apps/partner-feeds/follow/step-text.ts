import type { PartnerEvent } from '../payload/partner-event.js';
import type { Step } from './follow.js';

/** Steps as lines for people. What others wrote may hold anything, also what acts on a terminal. */

const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const WIDTH = 160;

export function stepLines(step: Step): string[] {
  switch (step.taken) {
    case 'event': {
      const { sequence, event } = step.received;
      return [`#${sequence}  ${step.repeated ? 'again ' : ''}${eventText(event)}`];
    }
    case 'withheld':
      return [`#${step.received.sequence}  withheld`];
    case 'notice': {
      const { sequence, notice } = step.received;
      const { length } = notice.deliveries;
      return [
        `#${sequence}  ${notice.notice.toUpperCase()} (${harmless(notice.reason)})` +
          `${length === 0 ? '' : `: ${length} named, ${step.gone.length} taken back`}` +
          `${step.answer === undefined ? '' : `, answer ${step.answer}`}`,
        ...step.gone.map(({ record }) => `     not to be used any more: ${harmless(record)}`),
      ];
    }
    case 'snapshot':
      return [`What stands has come, as of #${step.sequence}; what follows is new.`];
    case 'verified':
      return [`Complete up to #${step.sequence}: digest ${step.digest.slice(0, 16)}… as sent.`];
    case 'closing':
      return [`The stream was closed: ${harmless(step.closing.detail)} (${harmless(step.closing.code)})`];
    case 'waiting':
      return [`Waiting: ${harmless(step.reason)}`];
    case 'again':
      return [];
  }
}

function eventText({ type, marking, grading, data }: PartnerEvent): string {
  const { terms: _, ...said } = data;
  const text = harmless(`${type}  ${marking}${grading === undefined ? '' : `  ${grading}`}  ${wordsOf(said)}`);
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}

/** The first things that it says, without the brackets of JSON. */
function wordsOf(said: object): string {
  return JSON.stringify(said)
    .replaceAll(/["{}[\]]/g, '')
    .replaceAll(/[:,]/g, ' ');
}

function harmless(text: string): string {
  return text.replaceAll(ACTIVE, ' ');
}
