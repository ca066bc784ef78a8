import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** How much one platform may push at a time; beyond it 429 with Retry-After. */
export class PushSettings {
  static readonly environment = {
    callsAtOnce: 'BREAKWATER_PUSH_CALLS_AT_ONCE',
    callsPerMinute: 'BREAKWATER_PUSH_CALLS_PER_MINUTE',
  } as const;

  /** Bulk calls of one organisation that run at the same time: each holds up to 500 locks. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(8)
  callsAtOnce = 4;

  /** Bulk calls of one organisation that begin within a minute. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  callsPerMinute = 120;
}
