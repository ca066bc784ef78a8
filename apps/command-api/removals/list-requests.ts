import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, Length, Matches } from 'class-validator';
import { APPEALS, OPEN_STATUSES, PRIORITIES, REMOVAL_STATUSES, type Priority } from '#casework';
import { EFFECTS, ITEM_KINDS, RESULTS, THEMES, type ItemKind } from '#events';
import { LIMITS, UUID } from '../assertions/limits.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { PageLimit } from '../page-limit.js';
import { INSTANT } from '../permissions/requests.js';
import type { InboxFilters, RemovalFilters } from './inbox.js';

class RemovalPageQuery {
  @PageLimit(50)
  limit = 50;

  @ApiPropertyOptional({ description: '"after" of the page before' })
  @MayBeAbsent()
  @Matches(/^[\w-]{1,400}$/, { message: '$property must be as the page before gave it' })
  after?: string;

  @ApiPropertyOptional({ enum: ITEM_KINDS })
  @MayBeAbsent()
  @IsIn(ITEM_KINDS)
  kind?: ItemKind;
}

export class InboxQuery extends RemovalPageQuery implements InboxFilters {
  @ApiPropertyOptional({ enum: OPEN_STATUSES, description: 'Left out: all that is undecided' })
  @MayBeAbsent()
  @IsIn(OPEN_STATUSES)
  state?: (typeof OPEN_STATUSES)[number];

  @ApiPropertyOptional({ enum: PRIORITIES })
  @MayBeAbsent()
  @IsIn(PRIORITIES)
  priority?: Priority;

  @ApiPropertyOptional({ enum: THEMES })
  @MayBeAbsent()
  @IsIn(THEMES)
  theme?: string;

  @ApiPropertyOptional({ example: 'tco-removal-order', description: 'Code of an instrument' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.code)
  instrument?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Agency that asks' })
  @MayBeAbsent()
  @Matches(UUID, { message: '$property must be a UUID in lower case' })
  organisation?: string;

  @ApiPropertyOptional({ example: '2026-11-22T12:00:00Z', description: 'Due before this time' })
  @MayBeAbsent()
  @Matches(INSTANT, { message: 'dueBefore must be a time in UTC like 2026-11-22T12:00:00Z' })
  dueBefore?: string;
}

export class RemovalsQuery extends RemovalPageQuery implements RemovalFilters {
  @ApiPropertyOptional({ enum: REMOVAL_STATUSES })
  @MayBeAbsent()
  @IsIn(REMOVAL_STATUSES)
  state?: (typeof REMOVAL_STATUSES)[number];

  @ApiPropertyOptional({ enum: RESULTS })
  @MayBeAbsent()
  @IsIn(RESULTS)
  result?: string;

  @ApiPropertyOptional({ enum: EFFECTS })
  @MayBeAbsent()
  @IsIn(EFFECTS)
  effect?: string;

  @ApiPropertyOptional({ enum: APPEALS })
  @MayBeAbsent()
  @IsIn(APPEALS)
  appeal?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Bulk call that it was pushed in' })
  @MayBeAbsent()
  @Matches(UUID, { message: '$property must be a UUID in lower case' })
  batch?: string;
}
