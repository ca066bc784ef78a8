import { CATEGORISE_WITHIN_DAYS } from './assertion.js';

/** What an installation may decide about assertions. */
export class AssertionRules {
  constructor(readonly categoriseWithinDays = CATEGORISE_WITHIN_DAYS) {}
}
