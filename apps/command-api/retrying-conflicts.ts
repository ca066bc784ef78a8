/** How often a command is decided anew after another writer was first. */
const ATTEMPTS = 4;

/** Errors of the database for a key that somebody else inserted between our look and our write. */
const UNIQUE_VIOLATION = '23505';

/**
 * Decides again when another writer was first: the state has changed, so the answer may too. A conflict is never the
 * caller's fault; only after the last attempt is it told.
 */
export async function retryingConflicts<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1 || !isConflict(error)) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  const { code, kind } = error as { code?: unknown; kind?: unknown };
  return kind === 'StreamConflict' || code === UNIQUE_VIOLATION;
}
