import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Audiences, Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { IfMatch, sendTagged } from '../etag.js';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { IdPath, PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import { stepsOn } from '../step-route.js';
import { SealedCursors } from '../sealed-cursor.js';
import { consulted } from '../work-list/consulted.js';
import { StepReferral } from './change-referral.js';
import { DraftReferral, ReviseReferral } from './draft-referral.js';
import { referralsOf, type ReferralPage } from './referral-list.js';
import { ReferralsQuery } from './referrals-query.js';
import { referralView } from './referral-view.js';
import { DraftReferralRequest, ReviseReferralRequest } from './requests.js';
import { FindingRequest, InformationRequest, ReopenRequest } from './step-requests.js';
import type { StepGiven } from './step.js';
import { visibleReferral } from './visible-referral.js';

const READERS = ['analyst', 'referrer', 'authoriser'] as const;
const Step = stepsOn('id', {
  description: 'How the referral stands now',
  schema: { example: { referral: '0193a1f2-7c00-7000-8000-000000000001', state: 'deconfliction-pending' } },
});

/** An agency refers items to a platform: drafted, checked against others' interests, submitted, followed to the last outcome. */
@ApiTags('referrals')
@Controller('v1/referrals')
export class ReferralsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly audiences: Audiences,
    private readonly cursors: SealedCursors,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Post()
  @Roles('referrer')
  @ApiOperation({ summary: 'Draft a referral; the answer says at once what is missing before it can leave' })
  @ApiResponse({ status: 201, description: '{referral, state, items, missing}' })
  async draft(@Commanding() by: Commanded, @Body() given: DraftReferralRequest): Promise<object> {
    return by.answer(await this.commands.execute(new DraftReferral(by.viewer, by.call, given)));
  }

  @Get()
  @Roles(...READERS)
  @ApiOperation({ summary: 'Referrals of your organisation: a life at stake first, then the shortest deadline' })
  @ApiOkResponse({ description: '{referrals, truncated, after?}' })
  async list(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() { limit, after, ...filters }: ReferralsQuery,
  ): Promise<ReferralPage> {
    const audiences = await this.audiences.allowedAudiences(viewer);
    const asked = { filters, limit, ...(after === undefined ? {} : { after }) };
    return consulted(this.log, { viewer, purpose, ids: [], reason: 'list.referrals' }, async (read) => {
      const answer = await referralsOf(read, this.cursors, viewer, audiences, asked);
      return { answer, ids: answer.referrals.map(({ referral }) => referral) };
    });
  }

  @Get(':id')
  @Roles(...READERS)
  @ApiOperation({ summary: 'A referral as it stands, item by item; its ETag goes into If-Match of a decision' })
  @ApiOkResponse({ description: 'The referral with its items, their outcomes, deadlines, appeals and findings' })
  async show(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Param() { id }: IdPath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const asked = { viewer, purpose, ids: [id], reason: 'referral.show' };
    const view = await consulted(this.log, asked, async (read) => ({
      answer: referralView(await visibleReferral(read, id, viewer)),
    }));
    return sendTagged(reply, view);
  }

  @Post(':id/revise')
  @HttpCode(200)
  @Roles('referrer')
  @ApiOperation({ summary: 'Say the draft anew, whole' })
  @ApiOkResponse({ description: '{referral, state, items, missing}' })
  async revise(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() given: ReviseReferralRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<object> {
    return by.answer(await this.commands.execute(new ReviseReferral(by.viewer, by.call, id, given, ifMatch)));
  }

  @Step(
    'check',
    ['referrer'],
    'Put it to the deconfliction check; it leaves by itself when the window ends, or is held',
  )
  @ApiResponse({ status: 409, description: 'duplicate-of, referral.not-allowed, or not a draft' })
  @ApiResponse({ status: 429, description: 'Too many checks in an hour; Retry-After says when again' })
  check(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() given: PurposeRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<object> {
    return this.step(by, id, { type: 'check', ...given }, ifMatch);
  }

  @Step('submit', ['referrer', 'authoriser'], 'Let a cleared referral leave that did not by itself')
  submit(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() given: PurposeRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<object> {
    return this.step(by, id, { type: 'submit', ...given }, ifMatch);
  }

  @Step(
    'override',
    ['authoriser'],
    'Let it leave past the check, with a reason; from the draft where a life is at stake',
  )
  @ApiResponse({ status: 409, description: 'duplicate-of, referral.not-allowed, or nothing to override' })
  override(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() given: ReasonRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<object> {
    return this.step(by, id, { type: 'override', ...given }, ifMatch);
  }

  @Step('withdraw', ['referrer'], 'Take it back, as long as the platform has not acted on an item')
  withdraw(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() given: ReasonRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<object> {
    return this.step(by, id, { type: 'withdraw', ...given }, ifMatch);
  }

  @Step('close', ['referrer'], 'Close it, with or without an outcome; what the platform says later is still recorded')
  close(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() given: ReasonRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<object> {
    return this.step(by, id, { type: 'close', ...given }, ifMatch);
  }

  @Step(
    'reopen',
    ['referrer'],
    'Take a closed referral up again; an item that came back is a new referral with successorOf',
  )
  @ApiResponse({ status: 409, description: 'duplicate-of where a colleague has referred it since, or not closed' })
  reopen(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() given: ReopenRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<object> {
    return this.step(by, id, { type: 'reopen', ...given }, ifMatch);
  }

  @Step(
    'information',
    ['referrer'],
    'Answer what the platform asked of an item; a deadline that waited for it starts anew',
  )
  information(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() given: InformationRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<object> {
    return this.step(by, id, { type: 'information', ...given }, ifMatch);
  }

  @Step('findings', ['referrer'], 'Record what you found yourself; each look is a record of its own')
  finding(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() given: FindingRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<object> {
    return this.step(by, id, { type: 'finding', ...given }, ifMatch);
  }

  private async step(by: Commanded, id: string, given: StepGiven, ifMatch: string | undefined): Promise<object> {
    return by.answer(await this.commands.execute(new StepReferral(by.viewer, by.call, id, given, ifMatch)));
  }
}
