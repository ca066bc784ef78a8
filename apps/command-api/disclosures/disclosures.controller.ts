import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { Caller, EVENT_LOG, Purpose, Roles, maySee, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { REVIEW_OUTCOMES, type ReviewOutcome, Refusal } from '#events';
import { LIMITS } from '../assertions/limits.js';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { IdPath, ReasonRequest } from '../permissions/requests.js';
import { explain, type ExplainedStep } from '../releases/explanation.js';
import { ReleaseRequest } from '../releases/requests.js';
import { consulted } from '../work-list/consulted.js';
import { DECIDING_ROLES } from '../work-list/decider.js';
import { DiscloseAtOnce, ReviewDisclosure, streamOf } from './change-disclosure.js';
import { disclosureFrom } from './disclosure.js';

export class EmergencyRequest extends ReleaseRequest {
  @ApiProperty({ maxLength: LIMITS.reason, example: 'Forty people in a sinking boat; the number is their only phone.' })
  @IsString()
  @MaxLength(LIMITS.reason)
  @Matches(/\S/, { message: 'reason must say something' })
  reason: string;
}

export class ReviewRequest extends ReasonRequest {
  @ApiProperty({ enum: REVIEW_OUTCOMES })
  @IsIn(REVIEW_OUTCOMES)
  outcome: ReviewOutcome;
}

/** Threat to life: a copy goes out at once; loud, and reviewed by another authoriser afterwards. */
@ApiTags('disclosures')
@Controller('v1/disclosures')
export class DisclosuresController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Post('emergency')
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Hand over a copy at once because of a threat to life, past consents and approvals' })
  @ApiResponse({ status: 201, description: '{disclosure, copy, reviewBy}' })
  async disclose(@Commanding() by: Commanded, @Body() given: EmergencyRequest): Promise<object> {
    return by.answer(await this.commands.execute(new DiscloseAtOnce(by.viewer, by.call, given)));
  }

  @Post(':id/review')
  @HttpCode(200)
  @Roles(...DECIDING_ROLES)
  @ApiOperation({ summary: 'Judge it afterwards, as another authoriser' })
  @ApiOkResponse({ description: '{disclosure, outcome}' })
  async review(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: ReviewRequest): Promise<object> {
    return by.answer(await this.commands.execute(new ReviewDisclosure(by.viewer, by.call, id, given)));
  }

  @Get(':id/explanation')
  @Roles(...DECIDING_ROLES, 'auditor')
  @ApiOperation({ summary: 'Who disclosed what to whom, why, past what, and how it was judged' })
  explanation(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Param() { id }: IdPath,
  ): Promise<{ disclosure: string; steps: ExplainedStep[] }> {
    const asked = { viewer, purpose, ids: [id], reason: 'disclosure.explanation' };
    return consulted(this.log, asked, async (read) => {
      const events = (await read.readStreams([streamOf(id)])).get(streamOf(id)) ?? [];
      const state = disclosureFrom(events);
      if (state.status === 'absent' || !maySee(viewer, state.made.marking).see)
        throw new Refusal('NotFound', 'disclosure.unknown', 'There is no such disclosure.');
      return { answer: { disclosure: id, steps: explain(events) } };
    });
  }
}
