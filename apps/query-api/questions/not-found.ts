import { nothing, type Drawn } from '../reading/question.js';
import type { Reading } from '../terms/seed.js';

export interface NotFound {
  found: boolean;
  /** How the text was read. It says only what the caller sent, so it is the same for a hidden entity and for none. */
  understoodAs?: Omit<Reading, 'id'>[];
}

/** The one answer of every question about an entity that this viewer may not see and about one that nobody ever named. */
export function notFound(readings: readonly Reading[]): Drawn<NotFound> {
  const understoodAs = readings.flatMap(({ kind, key, flags }) => (kind === undefined ? [] : [{ kind, key, flags }]));
  return nothing({ found: false, understoodAs }, [...new Set(readings.map(({ id }) => id))]);
}
