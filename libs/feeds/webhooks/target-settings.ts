import 'reflect-metadata';
import { Transform } from 'class-transformer';
import { ArrayNotEmpty, IsInt, Matches, Max, Min } from 'class-validator';

/** Where webhooks may go. The same for the app that takes an address and the app that sends to it. */
export interface WebhookTargets {
  /** Ports that an address may name. */
  ports: readonly number[];
  /** `127.0.0.1:PORT`, or without a port for every one: reached as they are, and without TLS. Only on a local stack. */
  localTargets: readonly string[];
}

const listed = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.split(',').map((each) => each.trim()) : value;

const numbers = (given: { value: unknown }): unknown => {
  const value = listed(given);
  return Array.isArray(value) ? value.map(Number) : value;
};

export class WebhookTargetSettings implements WebhookTargets {
  static readonly environment = {
    ports: 'BREAKWATER_WEBHOOK_PORTS',
    localTargets: 'BREAKWATER_WEBHOOK_LOCAL_TARGETS',
  } as const;

  @Transform(numbers)
  @ArrayNotEmpty()
  @IsInt({ each: true, message: '$property must be ports with commas' })
  @Min(1, { each: true })
  @Max(65_535, { each: true })
  ports: number[] = [443];

  @Transform(listed)
  @Matches(/^(127\.0\.0\.1|\[::1\])(:\d{1,5})?$/, {
    each: true,
    message: '$property must be 127.0.0.1 or [::1], with or without a port, with commas between several',
  })
  localTargets: string[] = [];

  /** What reaches this machine from outside reaches everything that trusts it. */
  forbidden(): string[] {
    return this.localTargets.length === 0
      ? []
      : ['BREAKWATER_WEBHOOK_LOCAL_TARGETS is for a local stack only (BREAKWATER_ENV=local)'];
  }
}
