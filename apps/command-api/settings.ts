import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { CATEGORISE_WITHIN_DAYS } from './assertions/assertion.js';

/** Limits that an installation sets for what is said to it. */
export class CommandSettings {
  static readonly environment = { categoriseWithinDays: 'BREAKWATER_CATEGORISE_WITHIN_DAYS' } as const;

  /** Days within which a link between a person and a case has to be categorised when it came without a category (R10). */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(366)
  categoriseWithinDays = CATEGORISE_WITHIN_DAYS;
}
