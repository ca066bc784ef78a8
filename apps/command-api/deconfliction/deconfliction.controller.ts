import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { Audiences, Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { UUID } from '../assertions/limits.js';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { PageLimit } from '../page-limit.js';
import { IdPath, ReasonRequest } from '../permissions/requests.js';
import { consulted } from '../work-list/consulted.js';
import { DeclareInterest, StepInterest, type InterestStep } from './change-interest.js';
import { holdsOf, interestsOf, type Hold, type ListedInterest } from './holds.js';
import { DeclareInterestRequest, KeepHoldRequest } from './requests.js';

const DESK = ['analyst', 'referrer', 'authoriser'] as const;

class PageQuery {
  @PageLimit(50)
  limit = 50;
}

class InterestsQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'The last interest already read' })
  @IsOptional()
  @Matches(UUID, { message: 'after must be the id of an interest' })
  after?: string;
}

/** Being asked before others act (R18): interests in identifiers, and the referrals that are held for them. */
@ApiTags('deconfliction')
@Controller('v1')
export class DeconflictionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly audiences: Audiences,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Post('interests')
  @Roles(...DESK)
  @ApiOperation({ summary: 'Declare an interest in identifiers; you are told of each check that touches it' })
  @ApiResponse({ status: 201, description: '{interest, until}' })
  async declare(@Commanding() by: Commanded, @Body() given: DeclareInterestRequest): Promise<object> {
    return by.answer(await this.commands.execute(new DeclareInterest(by.viewer, by.call, given)));
  }

  @Get('interests')
  @Roles(...DESK)
  @ApiOperation({ summary: 'Interests of your organisation, newest first' })
  @ApiOkResponse({ description: '{interests, truncated}' })
  async interests(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() page: InterestsQuery,
  ): Promise<{ interests: ListedInterest[]; truncated: boolean }> {
    const audiences = await this.audiences.allowedAudiences(viewer);
    return consulted(this.log, { viewer, purpose, ids: [], reason: 'list.interests' }, async (read) => {
      const answer = await interestsOf(read, viewer, audiences, page);
      return { answer, ids: answer.interests.map(({ interest }) => interest) };
    });
  }

  @Post('interests/:id/end')
  @HttpCode(200)
  @Roles(...DESK)
  @ApiOperation({ summary: 'End an interest before its time' })
  @ApiOkResponse({ description: '{interest, state}' })
  end(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: ReasonRequest): Promise<object> {
    return this.step(by, { type: 'end', interest: id, ...given });
  }

  @Get('deconfliction/holds')
  @Roles(...DESK)
  @ApiOperation({ summary: 'Referrals of others that wait for your organisation, what ends first at the top' })
  @ApiOkResponse({ description: '{holds, truncated}; who asks you learn from the deconfliction desk' })
  async holds(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() { limit }: PageQuery,
  ): Promise<{ holds: Hold[]; truncated: boolean }> {
    const audiences = await this.audiences.allowedAudiences(viewer);
    return consulted(this.log, { viewer, purpose, ids: [], reason: 'list.holds' }, async (read) => {
      const answer = await holdsOf(read, viewer, audiences, limit);
      return { answer, ids: answer.holds.map(({ check }) => check) };
    });
  }

  @Post('deconfliction/holds/:id/release')
  @HttpCode(200)
  @Roles(...DESK)
  @ApiOperation({ summary: 'No objection: as far as you are concerned it may go' })
  @ApiOkResponse({ description: '{check, state}' })
  release(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: ReasonRequest): Promise<object> {
    return this.step(by, { type: 'release', check: id, ...given });
  }

  @Post('deconfliction/holds/:id/keep')
  @HttpCode(200)
  @Roles(...DESK)
  @ApiOperation({ summary: 'Keep it back until a time; then it goes, unless somebody says otherwise' })
  @ApiOkResponse({ description: '{check, state}' })
  keep(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: KeepHoldRequest): Promise<object> {
    return this.step(by, { type: 'keep', check: id, ...given });
  }

  private async step(by: Commanded, given: InterestStep): Promise<object> {
    return by.answer(await this.commands.execute(new StepInterest(by.viewer, by.call, given)));
  }
}
