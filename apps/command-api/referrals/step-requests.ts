import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import {
  EFFECTS,
  FINDINGS,
  MAX_ITEMS,
  MAX_TEXT,
  REFUSAL_REASONS,
  RESULTS,
  type Effect,
  type Finding,
  type Outcome,
  type RefusalReason,
  type Result,
} from '#events';
import { Part, Parts } from '#runtime';
import { LIMITS } from '../assertions/limits.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { INSTANT, PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import { A_TIME, EvidenceRequest, MAX_CODE, MAX_EVIDENCE } from './requests.js';

/** The form of the steps of a referral after its draft. */
export class ReopenRequest extends ReasonRequest {
  @ApiProperty({ enum: ['reappearance', 'appeal', 'correction', 'new-evidence'] })
  @IsIn(['reappearance', 'appeal', 'correction', 'new-evidence'])
  because: 'reappearance' | 'appeal' | 'correction' | 'new-evidence';
}

export class InformationRequest extends PurposeRequest {
  @ApiProperty({ type: Number, description: 'Place of the item, from 0', example: 0 })
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS - 1)
  item: number;

  @ApiProperty({ maxLength: MAX_TEXT, example: 'It is the first of the two posts.' })
  @IsString()
  @MaxLength(MAX_TEXT)
  @Matches(/\S/, { message: 'text must say something' })
  text: string;

  @ApiPropertyOptional({ type: [EvidenceRequest] })
  @MayBeAbsent()
  @Parts(() => EvidenceRequest, { most: MAX_EVIDENCE })
  evidence?: EvidenceRequest[];
}

/** What the platform told by another way than this interface. */
export class ToldOutcomeRequest implements Outcome {
  @ApiProperty({ enum: RESULTS })
  @IsIn(RESULTS)
  result: Result;

  @ApiProperty({ enum: EFFECTS })
  @IsIn(EFFECTS)
  effect: Effect;

  @ApiPropertyOptional({ example: '2026-11-22T09:00:00Z' })
  @MayBeAbsent()
  @Matches(INSTANT, { message: `effectiveAt ${A_TIME}` })
  effectiveAt?: string;

  @ApiPropertyOptional({ enum: REFUSAL_REASONS })
  @MayBeAbsent()
  @IsIn(REFUSAL_REASONS)
  reason?: RefusalReason;

  @ApiPropertyOptional({ maxLength: LIMITS.reason })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.reason)
  words?: string;
}

export class FindingRequest extends PurposeRequest {
  @ApiProperty({ type: Number, description: 'Place of the item, from 0', example: 0 })
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS - 1)
  item: number;

  @ApiProperty({
    enum: FINDINGS,
    description: 'verified-unavailable: gone when you looked, which is not "removed by the platform"',
  })
  @IsIn(FINDINGS)
  finding: Finding;

  @ApiProperty({ description: 'When you looked', example: '2026-11-22T10:15:00Z' })
  @Matches(INSTANT, { message: `at ${A_TIME}` })
  at: string;

  @ApiProperty({ description: 'From where: country or network', example: 'GB' })
  @IsString()
  @Length(1, MAX_CODE)
  vantage: string;

  @ApiPropertyOptional({ type: [EvidenceRequest] })
  @MayBeAbsent()
  @Parts(() => EvidenceRequest, { most: MAX_EVIDENCE })
  evidence?: EvidenceRequest[];

  @ApiPropertyOptional({ description: 'With told-otherwise: what the platform said' })
  @MayBeAbsent()
  @Part(() => ToldOutcomeRequest)
  outcome?: ToldOutcomeRequest;
}
