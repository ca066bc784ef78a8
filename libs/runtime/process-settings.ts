import 'reflect-metadata';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, Min, MinLength } from 'class-validator';
import { LOG_LEVELS, type LogLevel } from './logging.js';

/** `yes` and `no` (also `true`, `false`); anything else stays as it is and fails its rule. */
export function toBoolean({ value }: { value: unknown }): unknown {
  if (value === 'yes' || value === 'true') return true;
  if (value === 'no' || value === 'false') return false;
  return value;
}

/** What every process of the project reads. */
export class ProcessSettings {
  static readonly environment = {
    environment: 'BREAKWATER_ENV',
    allowPlaintext: 'BREAKWATER_ALLOW_PLAINTEXT',
    host: 'BREAKWATER_HOST',
    port: 'BREAKWATER_PORT',
    logLevel: 'BREAKWATER_LOG_LEVEL',
    metricsToken: 'BREAKWATER_METRICS_TOKEN',
  } as const;

  /** `local` relaxes what only a local stack may do without; where it is absent the strict side holds. */
  @IsIn(['local', 'production'], { message: '$property must be local or production' })
  environment: 'local' | 'production' = 'production';

  /** Lets a deployment reach its servers without TLS and credentials, for those that secure the way by other means. */
  @Transform(toBoolean)
  @IsBoolean({ message: '$property must be yes or no' })
  allowPlaintext = false;

  @IsString()
  @MinLength(1)
  host = '127.0.0.1';

  /** 0 takes a free one. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  port = 0;

  @IsIn(LOG_LEVELS)
  logLevel: LogLevel = 'info';

  /**
   * Bearer token for /metrics. Figures tell how much happens, also in secret, so outside the local stack they are not
   * served without one.
   */
  @IsOptional()
  @IsString()
  @MinLength(24)
  metricsToken?: string;
}
