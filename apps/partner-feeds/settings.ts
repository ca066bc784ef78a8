import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** How feeds are kept and delivered. Each is documented in the README of the app. */
export class FeedSettings {
  static readonly environment = {
    leaseSeconds: 'BREAKWATER_FEED_LEASE_SECONDS',
    recallHours: 'BREAKWATER_RECALL_HOURS',
  } as const;

  /** After a crash nobody fans out for so long. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(60)
  leaseSeconds = 4;

  /** Hours that a recipient has to answer a recall before it is overdue. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(8_760)
  recallHours = 72;
}
