import { Type } from 'class-transformer';
import { IsInt, IsNumber, Max, Min } from 'class-validator';

export class ProjectorSettings {
  static readonly environment = {
    leaseSeconds: 'BREAKWATER_PROJECTOR_LEASE_SECONDS',
    sessionTimeoutMs: 'BREAKWATER_PROJECTOR_SESSION_TIMEOUT_MS',
  } as const;

  /** A projector that is silent for so long is followed by a standby. */
  @Type(() => Number)
  @IsNumber()
  @Min(1)
  @Max(60)
  leaseSeconds = 6;

  /** After so long without a sign Kafka gives the partitions to another reader. */
  @Type(() => Number)
  @IsInt()
  @Min(6_000)
  @Max(300_000)
  sessionTimeoutMs = 10_000;
}
