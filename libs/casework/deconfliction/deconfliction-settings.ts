import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsInt, IsString, Length, Max, Min } from 'class-validator';

/** How the check before a referral works (R18). The same for all who ask: a hold must be the only difference that shows. */
export class DeconflictionSettings {
  static readonly environment = {
    windowSeconds: 'BREAKWATER_DECONFLICTION_WINDOW_SECONDS',
    holdHours: 'BREAKWATER_DECONFLICTION_HOLD_HOURS',
    desk: 'BREAKWATER_DECONFLICTION_DESK',
    checksPerHour: 'BREAKWATER_DECONFLICTION_CHECKS_PER_HOUR',
  } as const;

  /** Every referral waits so long, held or not. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(86_400)
  windowSeconds = 900;

  /** A hold that nobody answers ends after so long. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(14 * 24)
  holdHours = 72;

  /** Whom a referrer whose referral is held may call. */
  @IsString()
  @Length(1, 200)
  desk = 'Deconfliction desk';

  /** Most checks of one organisation in an hour: asking about everybody would be a search. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100_000)
  checksPerHour = 120;
}
