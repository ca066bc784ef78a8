import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { newId } from '#runtime';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { IdPageQuery } from '../organisations/requests.js';
import type { AgreementCommand } from './agreement.js';
import { AgreementList, type ListedAgreement } from './agreement-list.js';
import { ChangeAgreement } from './change-agreement.js';
import { AgreementPath, EndAgreementRequest, JoinAgreementRequest, MakeAgreementRequest } from './requests.js';

const CHANGED = { status: 200, description: '{agreement, group, changed}' };
const UNKNOWN = { status: 404, description: 'No such agreement, or one to which your organisation is no party' };

/** Sharing agreements: what is released to their group is released to each party that has agreed itself, while they last. */
@ApiTags('agreements')
@Controller('v1/agreements')
export class AgreementsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly list: AgreementList,
  ) {}

  @Get()
  @Roles('analyst', 'referrer', 'authoriser', 'platform-moderator', 'auditor', 'administrator')
  @ApiOperation({
    summary: 'Agreements of your organisation, also those that wait for its answer and those that are over',
  })
  @ApiResponse({
    status: 200,
    description:
      '{rows: [{agreement, group, title, madeBy, starts, ends, state, inForce, parties}], truncated, after?}',
  })
  agreements(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() page: IdPageQuery,
  ): Promise<{ rows: ListedAgreement[] }> {
    return this.list.page(viewer, purpose, page);
  }

  @Post()
  @Roles('authoriser', 'administrator')
  @ApiOperation({ summary: 'Make an agreement; your own organisation has agreed by it, each other one has to join' })
  @ApiResponse({ status: 201, description: '{agreement, group, changed}' })
  make(@Commanding() by: Commanded, @Body() { purpose, ...asked }: MakeAgreementRequest): Promise<object> {
    return this.change(by, purpose, { type: 'make', agreement: newId(), ...asked });
  }

  @Post(':agreement/join')
  @HttpCode(200)
  @Roles('authoriser', 'administrator')
  @ApiOperation({ summary: 'Agree, for your own organisation; it takes effect at the next request' })
  @ApiResponse(CHANGED)
  @ApiResponse(UNKNOWN)
  join(
    @Commanding() by: Commanded,
    @Param() { agreement }: AgreementPath,
    @Body() { purpose }: JoinAgreementRequest,
  ): Promise<object> {
    return this.change(by, purpose, { type: 'join', agreement });
  }

  @Post(':agreement/leave')
  @HttpCode(200)
  @Roles('authoriser', 'administrator')
  @ApiOperation({ summary: 'Leave, or decline, for your own organisation; it takes effect at the next request' })
  @ApiResponse(CHANGED)
  @ApiResponse(UNKNOWN)
  leave(
    @Commanding() by: Commanded,
    @Param() { agreement }: AgreementPath,
    @Body() { purpose, reason }: EndAgreementRequest,
  ): Promise<object> {
    return this.change(by, purpose, { type: 'leave', agreement, reason });
  }

  @Post(':agreement/end')
  @HttpCode(200)
  @Roles('authoriser', 'administrator')
  @ApiOperation({ summary: 'End it for all parties: the organisation that made it, or an operator' })
  @ApiResponse(CHANGED)
  @ApiResponse(UNKNOWN)
  end(
    @Commanding() by: Commanded,
    @Param() { agreement }: AgreementPath,
    @Body() { purpose, reason }: EndAgreementRequest,
  ): Promise<object> {
    return this.change(by, purpose, { type: 'end', agreement, reason });
  }

  private async change(
    { viewer, call, answer }: Commanded,
    purpose: string,
    command: AgreementCommand,
  ): Promise<object> {
    return answer(await this.commands.execute(new ChangeAgreement({ viewer, call, purpose }, command)));
  }
}
