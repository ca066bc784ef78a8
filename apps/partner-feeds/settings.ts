import { Transform, Type } from 'class-transformer';
import { IsInt, Matches, Max, Min } from 'class-validator';
import { WebhookTargetSettings } from '#feeds';

/** How feeds are kept and delivered, and where webhooks may go. Each is documented in the README of the app. */
export class FeedSettings extends WebhookTargetSettings {
  static override readonly environment = {
    ...WebhookTargetSettings.environment,
    publicUrl: 'BREAKWATER_FEEDS_URL',
    webhookPlaces: 'BREAKWATER_WEBHOOK_PLACES',
    leaseSeconds: 'BREAKWATER_FEED_LEASE_SECONDS',
    recallHours: 'BREAKWATER_RECALL_HOURS',
    streams: 'BREAKWATER_FEED_STREAMS',
    streamTail: 'BREAKWATER_FEED_STREAM_TAIL',
    slowSeconds: 'BREAKWATER_FEED_SLOW_SECONDS',
    checkSeconds: 'BREAKWATER_FEED_CHECK_SECONDS',
    heartbeatSeconds: 'BREAKWATER_FEED_HEARTBEAT_SECONDS',
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

  /** Open streams that this process takes. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(20_000)
  streams = 2_000;

  /** Deliveries that a stream may resume behind. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100_000_000)
  streamTail = 100_000;

  /** Seconds after which a stream whose reader does not read is closed. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(600)
  slowSeconds = 30;

  /** Seconds between two looks at whether the reader of a quiet stream may still read. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(60)
  checkSeconds = 5;

  /** Seconds of silence after which a stream shows that it lives. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(60)
  heartbeatSeconds = 15;

  /** Address at which partners reach this app, for what webhooks name; empty names paths alone. */
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.replace(/\/+$/, '') : value))
  @Matches(/^(https?:\/\/[^\s?#]+)?$/, { message: '$property must be an http(s) address without a query' })
  publicUrl = '';

  /** Requests to webhooks under way at once; those that are slow share half of them. */
  @Type(() => Number)
  @IsInt()
  @Min(2)
  @Max(1_000)
  webhookPlaces = 100;
}
