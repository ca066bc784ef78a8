import type { Outcome, Fault } from '#events';

/** What an outcome is judged by. */
export interface OutcomeTimes {
  now: Date;
  /** When the platform was first asked (ISO 8601, UTC); absent for a removal on its own initiative. */
  receivedAt?: string;
  /** Where the outcome stands in what was sent. */
  pointer: string;
}

/**
 * What does not go together in an outcome: every fault at once, each with its place. A clock that is a little ahead of ours is
 * no reason to refuse, so the future begins {@link CLOCK_SKEW_MS} from now.
 */
export function outcomeFaults(outcome: Outcome, times: OutcomeTimes): Fault[] {
  const at = (field: string, code: string, detail: string): Fault => ({
    pointer: `${times.pointer}/${field}`,
    code,
    detail,
  });
  const missing = (['effectiveAt', 'preservedUntil'] as const).filter((field) => !isDay(outcome[field]));
  if (missing.length > 0)
    return missing.map((field) => at(field, 'outcome.no-such-time', 'names a day that the calendar does not have'));
  return [
    ...(outcome.result === 'actioned' ? effectFaults(outcome, times, at) : inactionFaults(outcome, at)),
    ...periodFaults(outcome, times, at),
  ];
}

/** How far another party's clock may be ahead of ours, in milliseconds. */
export const CLOCK_SKEW_MS = 60_000;

type At = (field: string, code: string, detail: string) => Fault;

function effectFaults({ effect, effectiveAt, reason }: Outcome, { now, receivedAt }: OutcomeTimes, at: At): Fault[] {
  const faults: Fault[] = [];
  if (effect === 'none') faults.push(at('effect', 'outcome.effect-missing', 'must say what was done to the item'));
  if (reason !== undefined)
    faults.push(at('reason', 'outcome.reason-without-refusal', 'says why nothing was done; leave it out'));
  if (effectiveAt === undefined)
    faults.push(at('effectiveAt', 'outcome.effective-at-missing', 'must say when it took effect'));
  else if (Date.parse(effectiveAt) > now.getTime() + CLOCK_SKEW_MS)
    faults.push(at('effectiveAt', 'outcome.in-the-future', 'must not be in the future'));
  else if (receivedAt !== undefined && precedes(effectiveAt, receivedAt))
    faults.push(
      at(
        'effectiveAt',
        'outcome.before-submission',
        'is before anybody asked for it; say already-gone, and report what you did by yourselves as a removal of its own',
      ),
    );
  return faults;
}

function inactionFaults({ result, effect, effectiveAt, territory, reason }: Outcome, at: At): Fault[] {
  const faults: Fault[] = [];
  if (effect !== 'none') faults.push(at('effect', 'outcome.effect-without-action', `must be none for ${result}`));
  if (effectiveAt !== undefined)
    faults.push(at('effectiveAt', 'outcome.effective-at-without-action', `has no meaning for ${result}; leave it out`));
  if (territory !== undefined)
    faults.push(at('territory', 'outcome.territory-without-action', `has no meaning for ${result}; leave it out`));
  if (result !== 'already-gone' && reason === undefined)
    faults.push(at('reason', 'outcome.reason-missing', 'must say why nothing was done'));
  return faults;
}

function periodFaults({ effectiveAt, preservedUntil, effect }: Outcome, { now }: OutcomeTimes, at: At): Fault[] {
  if (preservedUntil === undefined) return [];
  const from = effect === 'none' || effectiveAt === undefined ? now.getTime() : Date.parse(effectiveAt);
  return Date.parse(preservedUntil) > from
    ? []
    : [at('preservedUntil', 'outcome.end-before-start', 'must be after the time from which it is preserved')];
}

/** 31 February has the form of a date. */
function isDay(instant: string | undefined): boolean {
  return instant === undefined || new Date(instant).toISOString().slice(0, 10) === instant.slice(0, 10);
}

/** Platforms tell times to the second: one that acts within the second of the request has not acted before it. */
export function precedes(effectiveAt: string | undefined, receivedAt: string): boolean {
  return effectiveAt !== undefined && Date.parse(effectiveAt) < Math.floor(Date.parse(receivedAt) / 1000) * 1000;
}
