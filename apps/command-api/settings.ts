import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { toBoolean } from '#runtime';
import { CATEGORISE_WITHIN_DAYS } from './assertions/assertion.js';

/** Limits that an installation sets for what is said to it. */
export class CommandSettings {
  static readonly environment = {
    categoriseWithinDays: 'BREAKWATER_CATEGORISE_WITHIN_DAYS',
    bothConditionsUnderC: 'BREAKWATER_BOTH_CONDITIONS_UNDER_C',
  } as const;

  /** Days within which a link between a person and a case has to be categorised when it came without a category (R10). */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(366)
  categoriseWithinDays = CATEGORISE_WITHIN_DAYS;

  /** Whether handling code C needs both an A and an S condition (R2); off for partners whose reports carry only one of them. */
  @Transform(toBoolean)
  @IsBoolean({ message: '$property must be yes or no' })
  bothConditionsUnderC = true;
}
