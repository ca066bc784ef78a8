import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

const MAX_HOURS = 24 * 90;

/** Time limits of decisions, in hours; after them an item escalates, once. */
export class DecisionSettings {
  static readonly environment = {
    permissionHours: 'BREAKWATER_PERMISSION_HOURS',
    releaseHours: 'BREAKWATER_RELEASE_HOURS',
    reviewHours: 'BREAKWATER_REVIEW_HOURS',
  } as const;

  /** For an originator to answer, where whoever asks names no time. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_HOURS)
  permissionHours = 48;

  /** For an authoriser to decide on a release. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_HOURS)
  releaseHours = 24;

  /** For another authoriser to review an emergency disclosure, or to take note of an override. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_HOURS)
  reviewHours = 24;
}
