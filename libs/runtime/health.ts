import type { Logger } from './logging.js';

/** Something without which the app cannot serve. `check` throws while it does not answer. */
export interface HealthCheck {
  name: string;
  check: () => Promise<unknown>;
}

type Outcome = 'ok' | 'failed' | 'no-answer';

export interface Readiness {
  status: 'ready' | 'not-ready' | 'stopping';
  checks: Record<string, Outcome>;
}

/** A store that hangs must read as "not ready" before the orchestrator's own probe gives up. */
const CHECK_LIMIT_MS = 2000;

/** Asks all at once. The reason of a failure goes to the log and never into the answer, which anybody may read. */
export async function readiness(
  checks: readonly HealthCheck[],
  log: Logger,
  limitMs = CHECK_LIMIT_MS,
): Promise<Readiness> {
  const outcomes = await Promise.all(
    checks.map(async (each) => [each.name, await outcomeOf(each, log, limitMs)] as const),
  );
  return {
    status: outcomes.every(([, outcome]) => outcome === 'ok') ? 'ready' : 'not-ready',
    checks: Object.fromEntries(outcomes),
  };
}

async function outcomeOf({ name, check }: HealthCheck, log: Logger, limitMs: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'no-answer'>((resolve) => {
    timer = setTimeout(() => resolve('no-answer'), limitMs);
  });
  try {
    const outcome = await Promise.race([check().then(() => 'ok' as const), limit]);
    if (outcome === 'no-answer') log.warn({ check: name, limitMs }, 'not ready: no answer');
    return outcome;
  } catch (error) {
    log.warn({ check: name, err: error }, 'not ready');
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
}
