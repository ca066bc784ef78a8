import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsISO8601, IsOptional, Matches } from 'class-validator';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { refusedFor } from '#events';
import { PageLimit } from '../page-limit.js';
import { DueList, type DuePage } from './due-list.js';

const MARK = /^\d{4}-\d{2}-\d{2}\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/\d{1,2}$/;

class DueQuery {
  @ApiPropertyOptional({
    description: 'Links due on or before this day (UTC); today where it is left out',
    example: '2026-12-24',
  })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a day like 2026-12-24' })
  @IsISO8601({ strict: true }, { message: '$property must be a day that exists' })
  by?: string;

  @ApiPropertyOptional({ description: '"after" of the page before' })
  @IsOptional()
  @Matches(MARK, { message: '$property must be as the page before gave it' })
  after?: string;

  @PageLimit(50)
  limit = 50;
}

/** What people are in cases, where nobody has said it yet. */
@ApiTags('categories')
@Controller('v1/categories')
export class CategoriesController {
  constructor(private readonly list: DueList) {}

  @Get('due')
  @Roles('analyst', 'authoriser')
  @ApiOperation({
    summary: 'Links of your organisation between persons and cases that have to be categorised, longest due first',
    description:
      'To categorise one, withdraw the assertion and state it anew with the category: like every correction it then stays ' +
      'readable what was said before. `subject` and `object` are ids to ask about.',
  })
  @ApiOkResponse({
    description:
      '{by, links: [{assertion, index, relation, subject, object, categoriseBy, overdue}], truncated, after?}',
  })
  due(@Caller() viewer: Viewer, @Purpose() purpose: string, @Query() { by, after, limit }: DueQuery): Promise<DuePage> {
    if (after !== undefined && !isDay(after.slice(0, 10)))
      throw refusedFor('The page cannot be given', [
        { pointer: '/after', code: 'after.unknown', detail: 'must be as the page before gave it' },
      ]);
    const today = new Date().toISOString().slice(0, 10);
    return this.list.page(viewer, purpose, { by: by ?? today, limit, ...(after === undefined ? {} : { after }) });
  }
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
