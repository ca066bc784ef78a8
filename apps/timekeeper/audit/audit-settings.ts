import { Type } from 'class-transformer';
import { IsInt, IsNumber, Max, Min } from 'class-validator';

export class AuditSettings {
  static readonly environment = {
    checkpointSeconds: 'BREAKWATER_AUDIT_CHECKPOINT_SECONDS',
    checkpointEntries: 'BREAKWATER_AUDIT_CHECKPOINT_ENTRIES',
  } as const;

  /** While acts happen, a checkpoint is signed at least this often. */
  @Type(() => Number)
  @IsNumber()
  @Min(0.1)
  @Max(3_600)
  checkpointSeconds = 10;

  /** And after so many entries; it bounds the length of a proof. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  checkpointEntries = 1_000;
}
