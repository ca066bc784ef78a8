import { SealedPlaces } from '#runtime';
import { QuestionRefused } from './refusals.js';

/**
 * A continuation pins the log position and says where the next page begins. Both could tell how much happens in secret, so
 * it is sealed, and opens only for the same viewer, question and terms. Every way in which it can be wrong gives one and
 * the same refusal, or a caller could learn from the difference.
 */

export interface Bound {
  question: string;
  organisation: string;
  subject: string;
  /** The terms of the question without `limit` and `continuation`: the size of a page may change on the way. */
  terms: unknown;
}

export interface Pinned {
  position: number;
  /** History of the log that the position belongs to. */
  incarnation: number;
  /** What the first page said (epoch seconds): all pages of an answer are as of one time. */
  asOf: number;
  /** Where the next page begins; its meaning is the question's own. */
  after: (number | string)[];
}

/** What is in the seal, in this order; the fourth is when it ends (epoch seconds). */
type Sealed = [position: number, incarnation: number, asOf: number, expires: number, after: Pinned['after']];

export const CONTINUATION_MINUTES = 60;
/** Holds the longest place that any question keeps (two ids and two positions) with room. */
const LONGEST = 256;

export class Continuations {
  private readonly places: SealedPlaces;

  /** @param secret the installation's cursor secret */
  constructor(
    secret: Uint8Array,
    private readonly now: () => Date,
  ) {
    this.places = new SealedPlaces(secret, 'continuation', LONGEST);
  }

  seal(bound: Bound, { position, incarnation, asOf, after }: Pinned): string {
    const expires = Math.floor(this.now().getTime() / 1000) + CONTINUATION_MINUTES * 60;
    return this.places.seal(bindingOf(bound), [position, incarnation, asOf, expires, after] satisfies Sealed);
  }

  /** The pinned place. Throws one refusal for everything else: tampered, another's, another question's, expired. */
  open(bound: Bound, sealed: string): Pinned {
    const place = this.places.open(bindingOf(bound), sealed) as Sealed | undefined;
    if (place === undefined) throw notValid();
    const [position, incarnation, asOf, expires, after] = place;
    if (expires * 1000 <= this.now().getTime()) throw notValid();
    return { position, incarnation, asOf, after };
  }
}

/** The one refusal, also for a position of another history of the log. */
export function notValid(): QuestionRefused {
  const detail = 'This continuation cannot be used. Ask the question again without it.';
  return new QuestionRefused('continuation.not-valid', 'InvalidInput', detail, [
    { pointer: '/continuation', code: 'continuation.not-valid', detail },
  ]);
}

function bindingOf({ question, organisation, subject, terms }: Bound): unknown[] {
  return [question, organisation, subject, terms];
}
