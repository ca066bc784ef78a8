import type { QuestionReason } from '#events';

/**
 * The clock of one item under an instrument with a deadline (R19), to the millisecond. It starts at receipt. `dueAt` is the
 * first moment that is too late. What the platform cannot help is excluded; where it needs clarification first, the deadline
 * starts anew with the answer (TCO art. 3(7), 3(8)). Once it has run out, nothing moves it any more.
 */
export interface Clock {
  /** Milliseconds from start to deadline. */
  period: number;
  /** ISO 8601, UTC. Counts only while the clock is not stopped. */
  dueAt: string;
  stopped?: { at: string; why: 'impossibility' | 'clarification' };
  /** Intervals that are excluded. */
  suspended: { from: string; to: string }[];
  /** It ran out before anything was decided. */
  late: boolean;
  /** That it ran out stands in the log. */
  breached: boolean;
  /** When it was decided, or nobody waited any more. */
  endedAt?: string;
  /** The agency has closed or withdrawn its referral: no deadline is watched any more, whatever becomes of the item. */
  abandoned?: true;
  /** Something was decided before it ran out. */
  met?: true;
}

/** What became of a deadline. `abandoned`: nobody waited any more before it ran out. */
export type Deadline = 'running' | 'stopped' | 'met' | 'breached' | 'abandoned';

/** As its clock stands; one that is said to run has been breached once `dueAt` has come. */
export function deadlineOf({ late, met, abandoned, stopped }: Clock): Deadline {
  if (late) return 'breached';
  if (met === true) return 'met';
  if (abandoned === true) return 'abandoned';
  return stopped === undefined ? 'running' : 'stopped';
}

export function startClock(receivedAt: string, period: number): Clock {
  return { period, dueAt: later(receivedAt, period), suspended: [], late: false, breached: false };
}

/** The platform says why it cannot decide yet. `clarification` alone stops no clock: the platform could decide. */
export function stopClock(clock: Clock, at: string, why: QuestionReason): Clock {
  const now = settled(clock, at);
  if (now.late || now.endedAt !== undefined || now.stopped !== undefined || why === 'clarification') return now;
  return { ...now, stopped: { at, why: why === 'impossibility' ? why : 'clarification' } };
}

/** What hindered the platform is over: the interval does not count. */
export function resumeClock(clock: Clock, at: string): Clock {
  const { stopped, ...rest } = clock;
  return stopped?.why === 'impossibility' ? excluding(rest, stopped.at, at) : settled(clock, at);
}

function excluding(clock: Omit<Clock, 'stopped'>, from: string, to: string): Clock {
  const dueAt = later(clock.dueAt, Date.parse(to) - Date.parse(from));
  return { ...clock, dueAt, suspended: [...clock.suspended, { from, to }] };
}

/** The agency has answered: the whole time begins anew. */
export function restartClock(clock: Clock, at: string): Clock {
  const { stopped, ...rest } = clock;
  if (stopped?.why !== 'clarification') return settled(clock, at);
  return { ...rest, dueAt: later(at, rest.period), suspended: [...rest.suspended, { from: stopped.at, to: at }] };
}

/** Something was decided. Whether in time is settled before; a stop that it ends is excluded like any other. */
export function endClock(clock: Clock, at: string): Clock {
  if (clock.abandoned === true) return clock;
  const now = ended(clock, at);
  return now.late ? now : { ...now, met: true };
}

function ended(clock: Clock, at: string): Clock {
  const { stopped, ...rest } = clock;
  return { ...(stopped === undefined ? settled(clock, at) : excluding(rest, stopped.at, at)), endedAt: at };
}

/** Nobody waits any more; what ran out before stays late. */
export function abandonClock(clock: Clock, at: string): Clock {
  return { ...(clock.endedAt === undefined ? ended(clock, at) : clock), abandoned: true };
}

/** The decision was taken back, as if it had never been: the deadline is the old one. */
export function reviveClock(clock: Clock): Clock {
  const { endedAt, met: _, ...rest } = clock;
  return clock.abandoned === true && endedAt !== undefined ? { ...rest, endedAt } : rest;
}

/** The deadline that has passed and of which nothing stands in the log yet. */
export function breachOf(clock: Clock, now: string): string | undefined {
  const { late, breached, dueAt } = settled(clock, now);
  return late && !breached ? dueAt : undefined;
}

export function told(clock: Clock): Clock {
  return { ...clock, late: true, breached: true };
}

function settled(clock: Clock, at: string): Clock {
  const runs = clock.stopped === undefined && clock.endedAt === undefined;
  return runs && Date.parse(at) >= Date.parse(clock.dueAt) ? { ...clock, late: true } : clock;
}

function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}
