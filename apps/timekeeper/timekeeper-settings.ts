import { Type } from 'class-transformer';
import { IsNumber, Max, Min } from 'class-validator';

export class TimekeeperSettings {
  static readonly environment = { leaseSeconds: 'BREAKWATER_TIMEKEEPER_LEASE_SECONDS' } as const;

  /** After a crash no duty is done for so long; a pause longer than this lets a standby take over. */
  @Type(() => Number)
  @IsNumber()
  @Min(1)
  @Max(60)
  leaseSeconds = 4;
}
