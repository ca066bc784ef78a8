import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { IdPath, PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import { consulted } from '../work-list/consulted.js';
import { DECIDING_ROLES } from '../work-list/decider.js';
import { stepsOn } from '../step-route.js';
import { ProposeRelease, StepRelease } from './change-release.js';
import { explain, type ExplainedStep } from './explanation.js';
import { previewOf, type ReleasePreview } from './preview.js';
import type { StepGiven } from './release-step.js';
import { HoldRequest, ReleaseRequest, ReleaseRuleRequest } from './requests.js';
import { SetReleaseRule } from './set-release-rule.js';
import { visibleRelease } from './visible-release.js';
import { weigh, weighAgain, type Weighed } from './weigh.js';

const Step = stepsOn('id', { description: '{release, state}' });

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
  async propose(@Commanding() by: Commanded, @Body() given: ReleaseRequest): Promise<object> {
    return by.answer(await this.commands.execute(new ProposeRelease(by.viewer, by.call, given)));
  }

  @Post('rule')
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'Say who has to approve the releases of your organisation' })
  @ApiOkResponse({ description: '{organisation, rule, changed}' })
  async rule(@Commanding() by: Commanded, @Body() given: ReleaseRuleRequest): Promise<object> {
    return by.answer(await this.commands.execute(new SetReleaseRule(by.viewer, by.call, given)));
  }

  @Step('approve', DECIDING_ROLES, 'Approve, as an authoriser or in the stead of one')
  approve(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: PurposeRequest): Promise<object> {
    return this.step(by, id, { type: 'approve', ...given });
  }

  @Step('refuse', DECIDING_ROLES, 'Refuse, with a reason')
  refuse(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: ReasonRequest): Promise<object> {
    return this.step(by, id, { type: 'refuse', ...given });
  }

  @Step('hold', DECIDING_ROLES, 'Stop it for a while, with a reason and an end')
  hold(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: HoldRequest): Promise<object> {
    return this.step(by, id, { type: 'hold', ...given });
  }

  @Step('resume', DECIDING_ROLES, 'Lift your own hold, or override that of another as an authoriser')
  resume(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: ReasonRequest): Promise<object> {
    return this.step(by, id, { type: 'resume', ...given });
  }

  @Step('note-override', DECIDING_ROLES, 'Take note that a colleague has overridden a hold')
  note(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: PurposeRequest): Promise<object> {
    return this.step(by, id, { type: 'note', ...given });
  }

  @Post(':id/carry-out')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Hand over the copy: an assertion of its own, marked for its recipients' })
  @ApiOkResponse({ description: '{release, state, copy}' })
  carryOut(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: PurposeRequest): Promise<object> {
    return this.step(by, id, { type: 'carry-out', ...given });
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

  private async step(by: Commanded, id: string, given: StepGiven): Promise<object> {
    return by.answer(await this.commands.execute(new StepRelease(by.viewer, by.call, id, given)));
  }
}

/** What the preview shows of another organisation's words. */
function ofOthers({ item }: Weighed, { organisation }: Viewer): string[] {
  return item.marking.originator === organisation ? [] : [`assertion-${item.event}`];
}
