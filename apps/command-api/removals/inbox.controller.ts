import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import { removalStream } from '#casework';
import type { EventLog } from '#event-log';
import { BulkIntake } from '../bulk-intake/bulk-intake.js';
import { NDJSON } from '../bulk-intake/ndjson.js';
import { takeCall } from '../bulk-intake/send-bulk.js';
import { IfMatch, sendTagged } from '../etag.js';
import { sendAnswer } from '../idempotency/answer.js';
import { IdempotencyKey, type IdempotentCall } from '../idempotency/idempotent-call.js';
import { PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import { SealedCursors } from '../sealed-cursor.js';
import { consulted } from '../work-list/consulted.js';
import { ChangeRemoval, type CaseGiven } from './change-removal.js';
import { inboxOf, type RemovalPage } from './inbox.js';
import { InboxQuery } from './list-requests.js';
import { BULK_OUTCOMES, BULK_TERMS } from './push/bulk-terms.js';
import { DecisionIntake } from './push/decision-intake.js';
import { AppealDecisionRequest, AskRequest, CorrectRequest, DecideRequest, RemovalPath } from './requests.js';
import { caseView, visibleCase } from './visible-case.js';

const CHANGED = { description: '{removal, state}' };
const DUE = 'Those who asked are told in the same moment, each in the record of their own referral.';

/** What waits for a platform, and what it does with it. */
@ApiTags('inbox')
@Controller('v1/inbox')
export class InboxController {
  constructor(
    private readonly commands: CommandBus,
    private readonly cursors: SealedCursors,
    private readonly bulk: BulkIntake,
    private readonly decisions: DecisionIntake,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Get()
  @Roles('platform-moderator')
  @ApiOperation({
    summary: 'Items that agencies ask you to look at: a life first, then one-hour orders, then what is due',
  })
  @ApiOkResponse({ description: '{removals, truncated, after?}' })
  list(@Caller() viewer: Viewer, @Purpose() purpose: string, @Query() query: InboxQuery): Promise<RemovalPage> {
    return consulted(this.log, { viewer, purpose, ids: [], reason: 'inbox.list' }, async (read) => {
      const answer = await inboxOf(read, viewer, query, this.cursors);
      return { answer, ids: idsOf(answer) };
    });
  }

  @Get(':removal')
  @Roles('platform-moderator')
  @ApiOperation({ summary: 'One item, with everybody who asks for it; its ETag goes into If-Match' })
  @ApiOkResponse({ description: '{removal, state, item, priority, dueAt?, requests, outcome?, appeal?}' })
  @ApiResponse({ status: 404, description: 'There is nothing here that you may see' })
  async show(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Param() { removal }: RemovalPath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const ids = [removalStream(removal)];
    const view = await consulted(this.log, { viewer, purpose, ids, reason: 'inbox.show' }, async (read) => ({
      answer: caseView((await visibleCase(read, removal, viewer)).state),
    }));
    return sendTagged(reply, view);
  }

  @Post('decisions')
  @HttpCode(200)
  @Roles('platform-moderator')
  @ApiOperation({
    summary: 'Decide many items, one a line; each line is answered when it is kept',
    description: `Each line: {removal, outcome, reference, purpose}. ${BULK_TERMS}`,
  })
  @ApiConsumes(NDJSON)
  @ApiProduces(NDJSON)
  @ApiBody({ schema: { type: 'string' } })
  @ApiResponse({ status: 200, description: 'An outcome for each line, then a summary', schema: BULK_OUTCOMES })
  async decideMany(
    @Caller() viewer: Viewer,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await takeCall(this.bulk, this.decisions.of(viewer), viewer, request, reply);
  }

  @Post(':removal/acknowledge')
  @HttpCode(200)
  @Roles('platform-moderator')
  @ApiOperation({ summary: 'Say that you have it, or that you can act again', description: DUE })
  @ApiOkResponse(CHANGED)
  acknowledge(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { removal }: RemovalPath,
    @Body() given: PurposeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.change(reply, viewer, call, removal, { type: 'acknowledge', ...given });
  }

  @Post(':removal/ask')
  @HttpCode(200)
  @Roles('platform-moderator')
  @ApiOperation({ summary: 'Ask those who want it removed, or say that you cannot act', description: DUE })
  @ApiOkResponse(CHANGED)
  ask(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { removal }: RemovalPath,
    @Body() given: AskRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.change(reply, viewer, call, removal, { type: 'ask', ...given });
  }

  @Post(':removal/decide')
  @HttpCode(200)
  @Roles('platform-moderator')
  @ApiOperation({ summary: 'Say what you did with it, or why you did nothing', description: DUE })
  @ApiOkResponse(CHANGED)
  @ApiResponse({ status: 412, description: 'It has changed since you read it (If-Match)' })
  decide(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @IfMatch() ifMatch: string | undefined,
    @Param() { removal }: RemovalPath,
    @Body() given: DecideRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.change(reply, viewer, call, removal, { type: 'decide', ...given }, ifMatch);
  }

  @Post(':removal/correct')
  @HttpCode(200)
  @Roles('platform-moderator')
  @ApiOperation({ summary: 'Put a wrong decision right, or take it back', description: DUE })
  @ApiOkResponse(CHANGED)
  @ApiResponse({ status: 412, description: 'It has changed since you read it (If-Match)' })
  correct(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @IfMatch() ifMatch: string | undefined,
    @Param() { removal }: RemovalPath,
    @Body() given: CorrectRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.change(reply, viewer, call, removal, { type: 'correct', ...given }, ifMatch);
  }

  @Post(':removal/appeals')
  @HttpCode(200)
  @Roles('platform-moderator')
  @ApiOperation({ summary: 'Note that the uploader has appealed', description: DUE })
  @ApiOkResponse(CHANGED)
  appeal(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { removal }: RemovalPath,
    @Body() given: ReasonRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.change(reply, viewer, call, removal, { type: 'open-appeal', ...given });
  }

  @Post(':removal/appeal-decision')
  @HttpCode(200)
  @Roles('platform-moderator')
  @ApiOperation({
    summary: 'Decide the appeal; overturned takes the effect back, with what rested on it',
    description: DUE,
  })
  @ApiOkResponse(CHANGED)
  @ApiResponse({ status: 412, description: 'It has changed since you read it (If-Match)' })
  decideAppeal(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @IfMatch() ifMatch: string | undefined,
    @Param() { removal }: RemovalPath,
    @Body() given: AppealDecisionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.change(reply, viewer, call, removal, { type: 'decide-appeal', ...given }, ifMatch);
  }

  private async change(
    reply: FastifyReply,
    viewer: Viewer,
    call: IdempotentCall,
    removal: string,
    given: CaseGiven,
    ifMatch?: string,
  ): Promise<object> {
    return sendAnswer(reply, await this.commands.execute(new ChangeRemoval(viewer, call, removal, given, ifMatch)));
  }
}

/** Removals of a page, by their streams, for the audit. */
export function idsOf({ removals }: RemovalPage): string[] {
  return (removals as { removal: string }[]).map(({ removal }) => removalStream(removal));
}
