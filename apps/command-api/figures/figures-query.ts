import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, Length, Matches } from 'class-validator';
import { DIMENSIONS, PERIODS, type Dimension, type Period } from '#casework';
import { ITEM_KINDS, THEMES } from '#events';
import { LIMITS, UUID } from '../assertions/limits.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { PageLimit } from '../page-limit.js';
import { INSTANT } from '../permissions/requests.js';

const FORMATS = ['json', 'csv'] as const;
/** Most things to break down by at once: more makes groups of one item each. */
const MOST_DIMENSIONS = 4;

/** Which items are counted, as of when, and how the answer is written. */
export class CountedQuery {
  @ApiPropertyOptional({ example: '2026-11-01T00:00:00Z', description: 'Received at or after this time' })
  @MayBeAbsent()
  @Matches(INSTANT, { message: '$property must be a time in UTC like 2026-11-01T00:00:00Z' })
  from?: string;

  @ApiPropertyOptional({ example: '2026-12-01T00:00:00Z', description: 'Received before this time' })
  @MayBeAbsent()
  @Matches(INSTANT, { message: '$property must be a time in UTC like 2026-12-01T00:00:00Z' })
  to?: string;

  @ApiPropertyOptional({
    example: '2026-11-22T12:00:00Z',
    description: 'As the record stood then; left out: now. What was corrected later is not in it.',
  })
  @MayBeAbsent()
  @Matches(INSTANT, { message: '$property must be a time in UTC like 2026-11-22T12:00:00Z' })
  measuredAt?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Organisation of the platform' })
  @MayBeAbsent()
  @Matches(UUID, { message: '$property must be a UUID in lower case' })
  platform?: string;

  @ApiPropertyOptional({ enum: THEMES })
  @MayBeAbsent()
  @IsIn(THEMES)
  theme?: string;

  @ApiPropertyOptional({ enum: ITEM_KINDS })
  @MayBeAbsent()
  @IsIn(ITEM_KINDS)
  itemKind?: string;

  @ApiPropertyOptional({ example: 'ckb', description: 'Main language of the items (BCP 47)' })
  @MayBeAbsent()
  @IsString()
  @Length(2, LIMITS.code)
  language?: string;

  @ApiPropertyOptional({ example: 'GB', description: 'Country (ISO 3166) that the referral is about' })
  @MayBeAbsent()
  @Matches(/^[A-Z]{2}$/, { message: '$property must be two capital letters' })
  territory?: string;

  @ApiPropertyOptional({ enum: FORMATS, default: 'json' })
  @MayBeAbsent()
  @IsIn(FORMATS)
  format?: (typeof FORMATS)[number];
}

export class FiguresQuery extends CountedQuery {
  @ApiPropertyOptional({
    enum: DIMENSIONS,
    isArray: true,
    description: 'What to break down by, separated by commas; left out: the total alone',
  })
  @MayBeAbsent()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsArray()
  @ArrayMaxSize(MOST_DIMENSIONS)
  @ArrayUnique()
  @IsIn(DIMENSIONS, { each: true })
  by?: Dimension[];

  @ApiPropertyOptional({ enum: PERIODS, default: 'month', description: 'With by=period: periods of receipt, in UTC' })
  @MayBeAbsent()
  @IsIn(PERIODS)
  interval?: Period;
}

export class DifferencesQuery extends CountedQuery {
  @PageLimit(200)
  limit = 200;

  @ApiPropertyOptional({ description: 'The last case already read, as `referral:item`' })
  @MayBeAbsent()
  @Matches(new RegExp(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:\\d{1,2}$`), {
    message: '$property must be referral:item of the last case read',
  })
  after?: string;
}
