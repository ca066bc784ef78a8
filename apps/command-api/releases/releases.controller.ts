import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { sendAnswer } from '../idempotency/answer.js';
import { IdempotencyKey, type IdempotentCall } from '../idempotency/idempotent-call.js';
import { IdPath, PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import { consulted } from '../work-list/consulted.js';
import { DECIDING_ROLES } from '../work-list/decider.js';
import { ProposeRelease, StepRelease } from './change-release.js';
import { explain, type ExplainedStep } from './explanation.js';
import { previewOf, type ReleasePreview } from './preview.js';
import type { StepGiven } from './release-step.js';
import { HoldRequest, ReleaseRequest, ReleaseRuleRequest } from './requests.js';
import { SetReleaseRule } from './set-release-rule.js';
import { visibleRelease } from './visible-release.js';
import { weigh, weighAgain, type Weighed } from './weigh.js';

const STEP = { description: '{release, state}' };

/** Handing over a copy of what was said, plain or sanitised: previewed, proposed, approved, held where need be, carried out, explained. */
@ApiTags('releases')
@Controller('v1/releases')
export class ReleasesController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Post('preview')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Who would get exactly what, under which agreement, and what stands in the way' })
  preview(@Caller() viewer: Viewer, @Body() given: ReleaseRequest): Promise<ReleasePreview> {
    const asked = { viewer, purpose: given.purpose, ids: [given.item], reason: 'release.preview' };
    return consulted(this.log, asked, async (read) => {
      const weighed = await weigh(read, viewer, given, new Date());
      return { answer: previewOf(weighed), ofOthers: ofOthers(weighed, viewer) };
    });
  }

  @Post()
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Propose a release; an authoriser finds it in the work list' })
  @ApiResponse({ status: 201, description: '{release, state, rule, dueAt, needs}' })
  async propose(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Body() given: ReleaseRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return sendAnswer(reply, await this.commands.execute(new ProposeRelease(viewer, call, given)));
  }

  @Post('rule')
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'Say who has to approve the releases of your organisation' })
  @ApiOkResponse({ description: '{organisation, rule, changed}' })
  async rule(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Body() given: ReleaseRuleRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return sendAnswer(reply, await this.commands.execute(new SetReleaseRule(viewer, call, given)));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Approve, as an authoriser or in the stead of one' })
  @ApiOkResponse(STEP)
  approve(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: PurposeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.step(viewer, call, id, { type: 'approve', ...given }, reply);
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Refuse, with a reason' })
  @ApiOkResponse(STEP)
  refuse(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: ReasonRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.step(viewer, call, id, { type: 'refuse', ...given }, reply);
  }

  @Post(':id/hold')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Stop it for a while, with a reason and an end' })
  @ApiOkResponse(STEP)
  hold(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: HoldRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.step(viewer, call, id, { type: 'hold', ...given }, reply);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Lift your own hold, or override that of another as an authoriser' })
  @ApiOkResponse(STEP)
  resume(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: ReasonRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.step(viewer, call, id, { type: 'resume', ...given }, reply);
  }

  @Post(':id/note-override')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Take note that a colleague has overridden a hold' })
  @ApiOkResponse(STEP)
  note(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: PurposeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.step(viewer, call, id, { type: 'note', ...given }, reply);
  }

  @Post(':id/carry-out')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Hand over the copy: an assertion of its own, marked for its recipients' })
  @ApiOkResponse({ description: '{release, state, copy}' })
  carryOut(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() { id }: IdPath,
    @Body() given: PurposeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.step(viewer, call, id, { type: 'carry-out', ...given }, reply);
  }

  @Get(':id')
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'How a release stands, and who would get what as of now' })
  show(@Caller() viewer: Viewer, @Purpose() purpose: string, @Param() { id }: IdPath): Promise<object> {
    const asked = { viewer, purpose, ids: [id], reason: 'release.show' };
    return consulted(this.log, asked, async (read) => {
      const { state } = await visibleRelease(read, id, viewer);
      const { data } = state.proposed.body;
      const weighed = await weighAgain(read, viewer, data, new Date());
      const { status, approvals, hold, copy } = state;
      const answer = {
        release: id,
        state: status,
        rule: data.rule,
        dueAt: data.dueAt,
        proposedBy: state.proposed.actor.user,
        approvals,
        ...(hold === undefined ? {} : { hold }),
        ...(copy === undefined ? {} : { copy }),
        changed: !weighed.sameRecipients,
        ...previewOf(weighed),
      };
      return { answer, ids: [id, data.item], ofOthers: ofOthers(weighed, viewer) };
    });
  }

  @Get(':id/explanation')
  @Roles(...DECIDING_ROLES, 'auditor')
  @ApiOperation({
    summary: 'Every decision about it: who, when, by which rule, agreement and policy, and what was known',
  })
  explanation(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Param() { id }: IdPath,
  ): Promise<{ release: string; steps: ExplainedStep[] }> {
    const asked = { viewer, purpose, ids: [id], reason: 'release.explanation' };
    return consulted(this.log, asked, async (read) => {
      const { events } = await visibleRelease(read, id, viewer);
      return { answer: { release: id, steps: explain(events) } };
    });
  }

  private async step(
    viewer: Viewer,
    call: IdempotentCall,
    id: string,
    given: StepGiven,
    reply: FastifyReply,
  ): Promise<object> {
    return sendAnswer(reply, await this.commands.execute(new StepRelease(viewer, call, id, given)));
  }
}

/** What the preview shows of another organisation's words. */
function ofOthers({ item }: Weighed, { organisation }: Viewer): string[] {
  return item.marking.originator === organisation ? [] : [`assertion-${item.event}`];
}
