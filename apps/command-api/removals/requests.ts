import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, Length, Matches, MaxLength } from 'class-validator';
import {
  EFFECTS,
  ITEM_KINDS,
  MAX_TEXT,
  QUESTION_REASONS,
  REFUSAL_REASONS,
  RESULTS,
  THEMES,
  type Effect,
  type ItemKind,
  type Outcome,
  type QuestionReason,
  type RefusalReason,
  type Result,
  type Theme,
} from '#events';
import { Part } from '#runtime';
import { LIMITS, UUID } from '../assertions/limits.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { MarkingRequest } from '../assertions/term-requests.js';
import { INSTANT, PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import { GroundRequest } from '../referrals/requests.js';
import { PUSH_LIMITS } from './push/push-form.js';

const AT = 'must be a time in UTC like 2026-11-22T11:30:00Z';

/** What was done with an item: an action with its effect and time, or why there was none. */
export class OutcomeRequest implements Outcome {
  @ApiProperty({ enum: RESULTS, example: 'actioned' })
  @IsIn(RESULTS)
  result: Result;

  @ApiProperty({ enum: EFFECTS, example: 'removed', description: 'none for every result but actioned' })
  @IsIn(EFFECTS)
  effect: Effect;

  @ApiPropertyOptional({ example: '2026-11-22T11:30:00Z', description: 'When it took effect; needed for actioned' })
  @MayBeAbsent()
  @Matches(INSTANT, { message: `effectiveAt ${AT}` })
  effectiveAt?: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['GB', 'FR'],
    description: 'Where it took effect; left out: everywhere',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(PUSH_LIMITS.countries)
  @ArrayUnique()
  @Matches(/^[A-Z]{2}$/, { each: true, message: 'each value in territory must be two capital letters' })
  territory?: string[];

  @ApiPropertyOptional({ type: GroundRequest })
  @MayBeAbsent()
  @Part(() => GroundRequest)
  ground?: GroundRequest;

  @ApiPropertyOptional({
    enum: REFUSAL_REASONS,
    description: 'Why nothing was done; needed for rejected and no-violation',
  })
  @MayBeAbsent()
  @IsIn(REFUSAL_REASONS)
  reason?: RefusalReason;

  @ApiPropertyOptional({ maxLength: LIMITS.reason, description: 'In your own words; those who asked read them' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.reason)
  words?: string;

  @ApiPropertyOptional({
    example: '2027-05-22T00:00:00Z',
    description: 'Until when content and related data are preserved',
  })
  @MayBeAbsent()
  @Matches(INSTANT, { message: `preservedUntil ${AT}` })
  preservedUntil?: string;
}

export class AskRequest extends PurposeRequest {
  @ApiProperty({ enum: QUESTION_REASONS, description: 'The first three stop a clock' })
  @IsIn(QUESTION_REASONS)
  reason: QuestionReason;

  @ApiProperty({ maxLength: MAX_TEXT, example: 'Which of the two accounts in the picture is meant?' })
  @IsString()
  @MaxLength(MAX_TEXT)
  @Matches(/\S/, { message: 'question must say something' })
  question: string;
}

export class DecideRequest extends PurposeRequest {
  @ApiProperty({ type: OutcomeRequest })
  @Part(() => OutcomeRequest)
  outcome: OutcomeRequest;

  @ApiPropertyOptional({ maxLength: LIMITS.reference, example: 'TS-2026-118', description: 'Your own reference' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.reference)
  reference?: string;
}

export class CorrectRequest extends ReasonRequest {
  @ApiPropertyOptional({
    type: OutcomeRequest,
    description: 'What stands instead; left out: nothing is decided any more',
  })
  @MayBeAbsent()
  @Part(() => OutcomeRequest)
  outcome?: OutcomeRequest;
}

export class AppealDecisionRequest extends ReasonRequest {
  @ApiProperty({ enum: ['upheld', 'overturned'], description: 'overturned: the effect is taken back' })
  @IsIn(['upheld', 'overturned'])
  result: 'upheld' | 'overturned';
}

class PushedItemRequest {
  @ApiProperty({ enum: ITEM_KINDS, example: 'video' })
  @IsIn(ITEM_KINDS)
  kind: ItemKind;

  @ApiProperty({
    maxLength: PUSH_LIMITS.location,
    example: 'https://www.tiktok.com/@boats2uk/video/7301234567890123456',
  })
  @IsString()
  @Length(1, PUSH_LIMITS.location)
  location: string;

  @ApiPropertyOptional({ maxLength: LIMITS.platform, description: 'Where the location is no link', example: 'tiktok' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.platform)
  platform?: string;

  @ApiPropertyOptional({ description: 'Region (ISO 3166) in which a national number is read', example: 'GB' })
  @MayBeAbsent()
  @Matches(/^[A-Za-z]{2}$/, { message: 'region must be two letters' })
  region?: string;
}

export class PushRequest extends DecideRequest {
  @ApiProperty({ type: PushedItemRequest })
  @Part(() => PushedItemRequest)
  item: PushedItemRequest;

  @ApiPropertyOptional({ enum: THEMES })
  @MayBeAbsent()
  @IsIn(THEMES)
  theme?: Theme;

  @ApiPropertyOptional({ example: 'fr', description: 'Main language (BCP 47)' })
  @MayBeAbsent()
  @Matches(PUSH_LIMITS.language, { message: 'language must be a tag like fr or ku-Latn' })
  language?: string;

  @ApiPropertyOptional({
    type: MarkingRequest,
    description:
      'Who may know that you removed it by yourselves; left out: you alone. What answers a referral is told to those who asked, and to nobody else.',
  })
  @MayBeAbsent()
  @Part(() => MarkingRequest)
  marking?: MarkingRequest;
}

/** Address of a removal. */
export class RemovalPath {
  @ApiProperty({ format: 'uuid' })
  @Matches(UUID, { message: '$property must be a UUID in lower case' })
  removal: string;
}
