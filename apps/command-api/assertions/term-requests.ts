import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { DATED, GRADING_SCHEMES, type ClaimedTime, type GradingScheme } from '#events';
import { GSC, HANDLING, TLP } from '#access';
import type { MarkingGiven } from './given.js';
import { LIMITS } from './limits.js';
import { MayBeAbsent } from './may-be-absent.js';

/** Grading, marking, kind and time of a statement, as they come over HTTP. Which codes fit together is decided elsewhere. */
export class GradingRequest {
  @ApiProperty({ enum: Object.keys(GRADING_SCHEMES), example: '3x5x2' })
  @IsString()
  @Length(1, LIMITS.code)
  scheme: GradingScheme;

  @ApiProperty({ example: '2' })
  @IsString()
  @Length(1, LIMITS.code)
  source: string;

  @ApiProperty({ example: 'B' })
  @IsString()
  @Length(1, LIMITS.code)
  information: string;
}

export class MarkingRequest implements MarkingGiven {
  @ApiProperty({ enum: GSC, example: 'OFFICIAL-SENSITIVE' })
  @IsString()
  @Length(1, LIMITS.code)
  gsc: string;

  @ApiProperty({ enum: TLP, example: 'AMBER' })
  @IsString()
  @Length(1, LIMITS.code)
  tlp: string;

  @ApiPropertyOptional({ enum: HANDLING, isArray: true, example: ['P'] })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(LIMITS.codes)
  @IsString({ each: true })
  @Length(1, LIMITS.code, { each: true })
  handling?: string[];

  @ApiPropertyOptional({ type: [String], example: [] })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(LIMITS.codes)
  @IsString({ each: true })
  @Length(1, LIMITS.code, { each: true })
  conditions?: string[];

  @ApiPropertyOptional({ type: [String], description: 'Ids of organisations, or names of groups', example: [] })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(LIMITS.releasableTo)
  @IsString({ each: true })
  @Length(1, LIMITS.code, { each: true })
  releasableTo?: string[];

  @ApiPropertyOptional({ description: 'Your own organisation; may be left out' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.code)
  originator?: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: null })
  @IsOptional()
  @IsString()
  @Length(1, LIMITS.code)
  compartment?: string | null;
}

export class StatementKindRequest {
  @ApiProperty({ enum: ['fact', 'assessment'], example: 'assessment' })
  @IsIn(['fact', 'assessment'])
  kind: 'fact' | 'assessment';

  @ApiPropertyOptional({ description: 'Who assessed; needed for an assessment and only there', example: 'analyst 12' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.assessor)
  assessor?: string;
}

export class TimeRequest {
  @ApiProperty({ description: 'When it happened, as claimed, in UTC, cut where knowledge ends', example: '2026-03-09' })
  @Matches(new RegExp(DATED), { message: 'at must be like 2026, 2026-03, 2026-03-09 or 2026-03-09T21:15:00Z' })
  at: string;

  @ApiPropertyOptional({
    enum: ['year', 'month', 'day', 'minute', 'second'],
    description: 'May be left out: it shows in "at"',
    example: 'day',
  })
  @MayBeAbsent()
  @IsIn(['year', 'month', 'day', 'minute', 'second'])
  precision?: ClaimedTime['precision'];
}
