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
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import { stepsOn } from '../step-route.js';
import { SealedCursors } from '../sealed-cursor.js';
import { consulted } from '../work-list/consulted.js';
import { ChangeRemoval, type CaseGiven } from './change-removal.js';
import { inboxOf, type RemovalPage } from './inbox.js';
import { InboxQuery } from './list-requests.js';
import { BULK_OUTCOMES, BULK_TERMS } from './push/bulk-terms.js';
import { DecisionIntake } from './push/decision-intake.js';
import { AppealDecisionRequest, AskRequest, CorrectRequest, DecideRequest, RemovalPath } from './requests.js';
import { caseView, visibleCase } from './visible-case.js';

const DUE = 'Those who asked are told in the same moment, each in the record of their own referral.';
const Step = stepsOn('removal', { description: '{removal, state}' }, DUE);

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

  @Step('acknowledge', ['platform-moderator'], 'Say that you have it, or that you can act again')
  acknowledge(
    @Commanding() by: Commanded,
    @Param() { removal }: RemovalPath,
    @Body() given: PurposeRequest,
  ): Promise<object> {
    return this.change(by, removal, { type: 'acknowledge', ...given });
  }

  @Step('ask', ['platform-moderator'], 'Ask those who want it removed, or say that you cannot act')
  ask(@Commanding() by: Commanded, @Param() { removal }: RemovalPath, @Body() given: AskRequest): Promise<object> {
    return this.change(by, removal, { type: 'ask', ...given });
  }

  @Step('decide', ['platform-moderator'], 'Say what you did with it, or why you did nothing')
  @ApiResponse({ status: 412, description: 'It has changed since you read it (If-Match)' })
  decide(
    @Commanding() by: Commanded,
    @IfMatch() ifMatch: string | undefined,
    @Param() { removal }: RemovalPath,
    @Body() given: DecideRequest,
  ): Promise<object> {
    return this.change(by, removal, { type: 'decide', ...given }, ifMatch);
  }

  @Step('correct', ['platform-moderator'], 'Put a wrong decision right, or take it back')
  @ApiResponse({ status: 412, description: 'It has changed since you read it (If-Match)' })
  correct(
    @Commanding() by: Commanded,
    @IfMatch() ifMatch: string | undefined,
    @Param() { removal }: RemovalPath,
    @Body() given: CorrectRequest,
  ): Promise<object> {
    return this.change(by, removal, { type: 'correct', ...given }, ifMatch);
  }

  @Step('appeals', ['platform-moderator'], 'Note that the uploader has appealed')
  appeal(
    @Commanding() by: Commanded,
    @Param() { removal }: RemovalPath,
    @Body() given: ReasonRequest,
  ): Promise<object> {
    return this.change(by, removal, { type: 'open-appeal', ...given });
  }

  @Step(
    'appeal-decision',
    ['platform-moderator'],
    'Decide the appeal; overturned takes the effect back, with what rested on it',
  )
  @ApiResponse({ status: 412, description: 'It has changed since you read it (If-Match)' })
  decideAppeal(
    @Commanding() by: Commanded,
    @IfMatch() ifMatch: string | undefined,
    @Param() { removal }: RemovalPath,
    @Body() given: AppealDecisionRequest,
  ): Promise<object> {
    return this.change(by, removal, { type: 'decide-appeal', ...given }, ifMatch);
  }

  private async change(by: Commanded, removal: string, given: CaseGiven, ifMatch?: string): Promise<object> {
    return by.answer(await this.commands.execute(new ChangeRemoval(by.viewer, by.call, removal, given, ifMatch)));
  }
}

/** Removals of a page, by their streams, for the audit. */
export function idsOf({ removals }: RemovalPage): string[] {
  return (removals as { removal: string }[]).map(({ removal }) => removalStream(removal));
}
