import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** How long before a right ends its holders are told. */
export class NoticeSettings {
  static readonly environment = {
    agreementDays: 'BREAKWATER_AGREEMENT_NOTICE_DAYS',
    keyHours: 'BREAKWATER_KEY_NOTICE_HOURS',
  } as const;

  /** Days before the last moment of an agreement. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(366)
  agreementDays = 14;

  /** Hours before the key that was rotated away signs no more. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(2_160)
  keyHours = 48;
}
