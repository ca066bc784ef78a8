import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { ENTITY_KINDS, GRADING_SCHEMES, RELATION_TYPES, type GradingScheme, type RelationType } from '#events';
import { Part } from '#runtime';
import type { SeedTerms } from './seed.js';

/** What callers send. Questions travel in bodies only: identifiers are personal data and never stand in an address. */

/** Longer texts name nothing: the longest link that any platform gives is far shorter. */
export const LONGEST_VALUE = 2_048;
export const LONGEST_CONTINUATION = 1_024;
export const LONGEST_TIME = 32;
export const TIMES = '2026, 2026-03, 2026-03-09 or 2026-03-09T21:15:00Z (UTC)';

export class SeedRequest implements SeedTerms {
  @ApiPropertyOptional({ description: 'Public id from an earlier answer, instead of kind and value.' })
  @IsOptional()
  @Matches(/^[0-9a-f]{32}$/, { message: 'id has 32 lower-case hexadecimal characters' })
  id?: string;

  @ApiPropertyOptional({
    enum: ENTITY_KINDS,
    description: 'Without a kind every likely reading of the value is looked for.',
  })
  @IsOptional()
  @IsIn(ENTITY_KINDS)
  kind?: string;

  @ApiPropertyOptional({
    example: '+44 20 7946 0123',
    description: 'As somebody wrote it: number, handle, link, address, name.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_VALUE)
  value?: string;

  @ApiPropertyOptional({ example: 'GB', description: 'Region in which a national number is read.' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'region is two capital letters (ISO 3166)' })
  region?: string;

  @ApiPropertyOptional({ example: 'telegram' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  platform?: string;

  @ApiPropertyOptional({ example: 'pole', description: 'Register whose ids the value belongs to.' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  register?: string;
}

export class GradingRequest {
  @ApiProperty({ enum: Object.keys(GRADING_SCHEMES) })
  @IsIn(Object.keys(GRADING_SCHEMES))
  scheme: GradingScheme;

  @ApiProperty({ example: '2' })
  @IsString()
  @MaxLength(2)
  source: string;

  @ApiProperty({ example: 'C' })
  @IsString()
  @MaxLength(2)
  information: string;
}

/** What was true when, as known when. */
export class TimeRequest {
  @ApiPropertyOptional({ example: '2026-03-09', description: `What we knew at the end of that time: ${TIMES}.` })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_TIME)
  knownAt?: string;

  @ApiPropertyOptional({ example: '2026-03', description: `Only what was true then: ${TIMES}.` })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_TIME)
  validAt?: string;

  @ApiPropertyOptional({ example: '2026-01', description: `Only what was true then or later: ${TIMES}.` })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_TIME)
  validFrom?: string;

  @ApiPropertyOptional({
    example: '2026-03',
    description: `Only what was true then or before, that time included: ${TIMES}.`,
  })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_TIME)
  validTo?: string;
}

/** A question about one entity, page by page. Each question sets its own largest page. */
export class SeedQuestionRequest extends TimeRequest {
  @ApiProperty({ type: SeedRequest, example: { value: '+44 20 7946 0123' } })
  @Part(() => SeedRequest)
  seed: SeedRequest;

  @ApiPropertyOptional({ description: 'From the answer before, with the same terms.' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_CONTINUATION)
  continuation?: string;
}

/** A question that looks at some statements only. */
export class FilteredQuestionRequest extends SeedQuestionRequest {
  @ApiPropertyOptional({ enum: RELATION_TYPES, isArray: true, example: ['USES_NUMBER'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(RELATION_TYPES.length)
  @IsIn(RELATION_TYPES, { each: true })
  relations?: RelationType[];

  @ApiPropertyOptional({
    type: GradingRequest,
    description:
      'At least this good on both axes, within its scheme. Gradings of other schemes cannot be compared and do not pass.',
    example: { scheme: '3x5x2', source: '2', information: 'B' },
  })
  @IsOptional()
  @Part(() => GradingRequest)
  minimumGrading?: GradingRequest;
}

/** Size of a page: each question has its own largest one. */
export function PageLimit(most: number, usual: number): PropertyDecorator {
  return (target, field) => {
    ApiPropertyOptional({ minimum: 1, maximum: most, default: usual })(target, field);
    IsOptional()(target, field);
    IsInt()(target, field);
    Min(1)(target, field);
    Max(most)(target, field);
  };
}
