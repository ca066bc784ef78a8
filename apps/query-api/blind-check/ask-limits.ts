import { Problem } from '#runtime';

/** Asking is rare; asking about everybody is a search, and this is no search. */
export interface AskLimits {
  /** In an hour, by one member. */
  perSubject: number;
  /** In an hour, by a whole organisation. */
  perOrganisation: number;
}

/** What was asked in the hour that has passed. */
export interface AskedLately {
  bySubject: number;
  byOrganisation: number;
  /** Seconds until the oldest of them is an hour old, for the member and for the organisation. */
  subjectAgainIn: number;
  organisationAgainIn: number;
}

/** @throws Problem `blind-check.too-many` with the time after which it can be asked again */
export function refuseTooMany(lately: AskedLately, limits: AskLimits): void {
  const waits = [
    ...(lately.bySubject >= limits.perSubject ? [lately.subjectAgainIn] : []),
    ...(lately.byOrganisation >= limits.perOrganisation ? [lately.organisationAgainIn] : []),
  ];
  if (waits.length === 0) return;
  const seconds = Math.max(1, Math.ceil(Math.max(...waits)));
  throw new Problem(
    'RateLimited',
    'blind-check.too-many',
    `At most ${limits.perSubject} blind checks an hour by one member and ${limits.perOrganisation} by an organisation.`,
    { headers: { 'retry-after': String(seconds) } },
  );
}
