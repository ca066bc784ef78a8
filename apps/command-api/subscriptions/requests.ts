import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import {
  FEED_CHANNELS,
  MAX_FILTERED,
  MAX_WEBHOOK_URL,
  RECALL_ANSWERS,
  THEMES,
  WEBHOOK_PAYLOADS,
  type FeedChannel,
  type FeedFilter,
  type RecallAnswer,
  type Theme,
} from '#events';
import { MAX_KEY_OVERLAP_HOURS, PARTNER_TYPES } from '#feeds';
import { Part } from '#runtime';
import { LIMITS } from '../assertions/limits.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { PRINTABLE } from '../organisations/requests.js';
import { IdPath, PurposeRequest } from '../permissions/requests.js';

const some = (description: string, example: string[], more: object = {}): PropertyDecorator =>
  ApiPropertyOptional({ type: [String], minItems: 1, maxItems: MAX_FILTERED, example, description, ...more });

/** A list of a filter: texts, each once, neither none nor endless. What they may be is a rule of subscriptions. */
const Texts = (): PropertyDecorator =>
  applyDecorators(
    MayBeAbsent(),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(MAX_FILTERED),
    ArrayUnique(),
    IsString({ each: true }),
    MaxLength(LIMITS.code, { each: true }),
  );

export class FilterRequest implements FeedFilter {
  @some('Types of events; left out: all that partners get', ['assertion.made', 'referral.submitted'], {
    enum: PARTNER_TYPES,
  })
  @Texts()
  types?: string[];

  @some('What items advertise', ['boat-crossing'], { enum: THEMES })
  @Texts()
  @IsIn(THEMES, { each: true })
  themes?: Theme[];

  @some('Platforms, as identifiers name them', ['tiktok', 'forum.example'])
  @Texts()
  platforms?: string[];

  @some('Countries (ISO 3166, two letters)', ['GB', 'FR'])
  @Texts()
  territories?: string[];

  @some('Assessed networks, by memberships that you may see', ['0193d6f2-6b2c-7c3e-9a54-2f6f2e9b1c01'])
  @Texts()
  networks?: string[];

  @ApiPropertyOptional({ default: false, description: 'Whether it also holds what your own organisation says' })
  @MayBeAbsent()
  @IsBoolean()
  own?: boolean;
}

export class ChannelRequest {
  @ApiProperty({
    enum: FEED_CHANNELS,
    description: 'pull: read by SSE, by pages or by TAXII; webhook: pushed to you too',
  })
  @IsIn(FEED_CHANNELS)
  kind: FeedChannel['kind'];

  @ApiPropertyOptional({ maxLength: MAX_WEBHOOK_URL, example: 'https://partner.example/breakwater' })
  @ValidateIf(({ kind, url }: ChannelRequest) => kind === 'webhook' || url !== undefined)
  @IsString()
  @Length(1, MAX_WEBHOOK_URL)
  url?: string;

  @ApiPropertyOptional({
    enum: WEBHOOK_PAYLOADS,
    default: 'thin',
    description: 'thin: names the delivery, which you fetch; full: carries it',
  })
  @MayBeAbsent()
  @IsIn(WEBHOOK_PAYLOADS)
  payload?: (typeof WEBHOOK_PAYLOADS)[number];
}

function Name(): PropertyDecorator {
  return (target, property) => {
    IsString()(target, property);
    Length(1, 200)(target, property);
    Matches(PRINTABLE, { message: 'name must hold printable characters only' })(target, property);
    Matches(/\S/, { message: 'name must say something' })(target, property);
  };
}

const FILTER = { type: () => FilterRequest, example: { themes: ['boat-crossing'], platforms: ['tiktok'] } };
const CHANNEL = { type: () => ChannelRequest, example: { kind: 'pull' } };

export class MakeSubscriptionRequest extends PurposeRequest {
  @ApiProperty({ maxLength: 200, example: 'Channel crossings' })
  @Name()
  name: string;

  @ApiProperty({ ...FILTER, description: 'What it is limited to; {} for everything that you may see' })
  @Part(() => FilterRequest)
  filter: FilterRequest;

  @ApiProperty(CHANNEL)
  @Part(() => ChannelRequest)
  channel: ChannelRequest;
}

export class ChangeSubscriptionRequest extends PurposeRequest {
  @ApiPropertyOptional({ maxLength: 200, example: 'Channel crossings' })
  @MayBeAbsent()
  @Name()
  name?: string;

  @ApiPropertyOptional({ ...FILTER, description: 'The whole new filter. What was sent stays sent' })
  @MayBeAbsent()
  @Part(() => FilterRequest)
  filter?: FilterRequest;

  @ApiPropertyOptional(CHANNEL)
  @MayBeAbsent()
  @Part(() => ChannelRequest)
  channel?: ChannelRequest;
}

export class RotateKeyRequest extends PurposeRequest {
  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: MAX_KEY_OVERLAP_HOURS,
    default: 168,
    description: 'Hours for which the key of today signs too; 0 when it has leaked',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(MAX_KEY_OVERLAP_HOURS)
  overlapHours = 168;
}

export class RecallPath extends IdPath {
  @ApiProperty({ type: Number, minimum: 1, example: 17, description: 'Place of the notice in your sequence' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  sequence: number;
}

export class AnswerRecallRequest extends PurposeRequest {
  @ApiProperty({ enum: RECALL_ANSWERS, example: 'applied' })
  @IsIn(RECALL_ANSWERS)
  answer: RecallAnswer;

  @ApiPropertyOptional({ maxLength: LIMITS.reason, description: 'Needed for refused' })
  @MayBeAbsent()
  @IsString()
  @MaxLength(LIMITS.reason)
  @Matches(/\S/, { message: 'reason must say something' })
  reason?: string;
}
