import type { CypherValue, Reader } from './fetch.js';
import type { Sources } from './statement-view.js';

/**
 * A question draws its rows through the reader and builds its answer purely from them. What only the log knows of the
 * statements shown (which assertion, recorded when) is asked for once, after drawing, together with the audit row; a question with
 * long answers tells it meanwhile by `found`.
 */
export interface Question<Terms, Answer> {
  name: string;
  fetches: readonly AnyFetch[];
  draw(reader: Reader, terms: Terms, found?: Found): Promise<Drawn<Answer>>;
}

/** Takes log positions of statements that the answer is going to show. */
export type Found = (positions: Iterable<number>) => void;

/** A fetch among others: its rows are its question's own business. */
export interface AnyFetch {
  name: string;
  cypher: string;
  warmUp: Record<string, CypherValue>;
}

export interface Drawn<Answer> {
  /** For the audit: the entities that the answer names, or that were asked for in vain. */
  ids: string[];
  /** Log positions of the statements that the answer shows. */
  positions: number[];
  /** Whether there is more than the answer holds. */
  truncated: boolean;
  /** Where the next page begins; absent where a bound, and not the page, ended the answer. */
  after?: (number | string)[];
  finish(sources: Sources): Answer;
}

/** What every question with a page takes. */
export interface PageTerms {
  limit: number;
  /** Where this page begins, from the continuation. */
  after?: (number | string)[];
}

/** The answer about what this viewer may not see or nobody ever named: one body for both. */
export function nothing<Answer>(answer: Answer, asked: string[]): Drawn<Answer> {
  return { ids: asked, positions: [], truncated: false, finish: () => answer };
}
