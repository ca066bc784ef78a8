import { CATEGORISE_WITHIN_DAYS } from './assertion.js';

/** What an installation may decide about assertions. */
export class AssertionRules {
  constructor(
    readonly categoriseWithinDays: number = CATEGORISE_WITHIN_DAYS,
    /** R2: handling code C needs both an A and an S condition. */
    readonly bothConditionsUnderC: boolean = true,
  ) {}
}
