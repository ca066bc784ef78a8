import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { Audiences, Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { UUID } from '../assertions/limits.js';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { PageLimit } from '../page-limit.js';
import { IdPath, INSTANT, PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import { DelegateDuty, RecallDuty } from './change-delegation.js';
import { consulted } from './consulted.js';
import { DECIDING_ROLES } from './decider.js';
import { noticesFor, workOf, type Notice, type WorkPage } from './reading.js';
import { WORK_KINDS } from './work-items.js';

class PageQuery {
  @PageLimit(50)
  limit = 50;
}

class WorkQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'The last item already read, as `kind:about`' })
  @IsOptional()
  @Matches(new RegExp(`^(${WORK_KINDS.join('|')}):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`), {
    message: 'after must be kind:about of the last item read',
  })
  after?: string;
}

class NoticesQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'The last notice already read' })
  @IsOptional()
  @Matches(UUID, { message: 'after must be the id of a notice' })
  after?: string;
}

export class DelegateRequest extends PurposeRequest {
  @ApiProperty({ description: 'Subject id of a colleague' })
  @IsString()
  @Length(1, 255)
  to: string;

  @ApiProperty({ example: '2026-12-01T12:00:00Z' })
  @Matches(INSTANT, { message: 'until must be a time in UTC like 2026-12-01T12:00:00Z' })
  until: string;
}

/** What waits for an authoriser, who stands in for one, and what an organisation has been told. */
@ApiTags('work-list')
@Controller('v1')
export class WorkListController {
  constructor(
    private readonly commands: CommandBus,
    private readonly audiences: Audiences,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Get('work-list')
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Permissions, releases, holds, overrides and reviews that wait, overdue ones first' })
  @ApiOkResponse({ description: '{items, truncated, insteadOf?}' })
  async work(@Caller() viewer: Viewer, @Purpose() purpose: string, @Query() page: WorkQuery): Promise<WorkPage> {
    const audiences = await this.audiences.allowedAudiences(viewer);
    const [kind, about] = page.after?.split(':') ?? [];
    const after = kind === undefined || about === undefined ? {} : { after: { kind, about } };
    return consulted(this.log, { viewer, purpose, ids: [], reason: 'work-list' }, async (read) => {
      const answer = await workOf(read, viewer, audiences, { limit: page.limit, ...after }, new Date());
      return { answer, ids: answer.items.map((item) => item.about) };
    });
  }

  @Get('notices')
  @Roles('analyst', 'referrer', 'authoriser', 'administrator', 'platform-moderator')
  @ApiOperation({ summary: 'What your organisation has been told, newest first' })
  @ApiOkResponse({ description: '{notices, truncated}' })
  async notices(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() page: NoticesQuery,
  ): Promise<{ notices: Notice[]; truncated: boolean }> {
    const audiences = await this.audiences.allowedAudiences(viewer);
    return consulted(this.log, { viewer, purpose, ids: [], reason: 'notices' }, async (read) => {
      const answer = await noticesFor(read, viewer, audiences, page);
      return { answer, ids: answer.notices.map(({ notice }) => notice) };
    });
  }

  @Post('delegations')
  @Roles('authoriser')
  @ApiOperation({ summary: 'Put your decisions into a colleague’s hands until a date' })
  @ApiResponse({ status: 201, description: '{delegation}' })
  async delegate(@Commanding() by: Commanded, @Body() given: DelegateRequest): Promise<object> {
    return by.answer(await this.commands.execute(new DelegateDuty(by.viewer, by.call, given)));
  }

  @Post('delegations/:id/recall')
  @HttpCode(200)
  @Roles('authoriser')
  @ApiOperation({ summary: 'Take them back before that date' })
  @ApiOkResponse({ description: '{delegation}' })
  async recall(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: ReasonRequest): Promise<object> {
    return by.answer(await this.commands.execute(new RecallDuty(by.viewer, by.call, id, given)));
  }
}
