import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { sendAnswer } from '../idempotency/answer.js';
import { IdempotencyKey, type IdempotentCall } from '../idempotency/idempotent-call.js';
import { consulted } from '../work-list/consulted.js';
import { DECIDING_ROLES } from '../work-list/decider.js';
import { AnswerPermission, AskPermission, type AnswerGiven } from './change-permission.js';
import {
  AskPermissionRequest,
  GrantPermissionRequest,
  HoldPermissionRequest,
  IdPath,
  ReasonRequest,
} from './requests.js';
import { visiblePermission } from './visible-permission.js';

const ANSWERED = { description: '{permission, state}' };

/** Consent of an originator to acting on what it said, or to passing it on. An event that the caller may not see is no event. */
@ApiTags('permissions')
@Controller('v1/permissions')
export class PermissionsController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Post()
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Ask the originator of some events for its consent, for one recipient and one kind of act' })
  @ApiResponse({ status: 201, ...ANSWERED })
  async ask(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Body() given: AskPermissionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return sendAnswer(reply, await this.commands.execute(new AskPermission(viewer, call, given)));
  }

  @Post(':id/grant')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Consent, as an authoriser of the originator or in the stead of one' })
  @ApiOkResponse(ANSWERED)
  grant(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: GrantPermissionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.answer(viewer, call, id, { type: 'grant', ...given }, reply);
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Refuse, with a reason' })
  @ApiOkResponse(ANSWERED)
  refuse(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: ReasonRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.answer(viewer, call, id, { type: 'refuse', ...given }, reply);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Take back what was granted; what went out by it stays out' })
  @ApiOkResponse(ANSWERED)
  revoke(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: ReasonRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.answer(viewer, call, id, { type: 'revoke', ...given }, reply);
  }

  @Post(':id/hold')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Stop what was granted for a while, with a reason and an end' })
  @ApiOkResponse(ANSWERED)
  hold(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: HoldPermissionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.answer(viewer, call, id, { type: 'hold', ...given }, reply);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'End such a hold before its time' })
  @ApiOkResponse(ANSWERED)
  resume(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: ReasonRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.answer(viewer, call, id, { type: 'resume', ...given }, reply);
  }

  @Get(':id')
  @Roles(...DECIDING_ROLES, 'auditor')
  @ApiOperation({ summary: 'What was asked, and what was answered' })
  async show(@Caller() viewer: Viewer, @Purpose() purpose: string, @Param() { id }: IdPath): Promise<object> {
    const asked = { viewer, purpose, ids: [id], reason: 'permission.show' };
    return consulted(this.log, asked, async (read) => {
      const { state } = await visiblePermission(read, id, viewer);
      const { requested, status, until, heldUntil } = state;
      const answer = {
        ...requested.body.data,
        state: status,
        askedBy: requested.source,
        askedAt: requested.recordedTime,
        ...(until === undefined ? {} : { until }),
        ...(heldUntil === undefined ? {} : { heldUntil }),
      };
      return { answer };
    });
  }

  private async answer(
    viewer: Viewer,
    call: IdempotentCall,
    id: string,
    given: AnswerGiven,
    reply: FastifyReply,
  ): Promise<object> {
    return sendAnswer(reply, await this.commands.execute(new AnswerPermission(viewer, call, id, given)));
  }
}
