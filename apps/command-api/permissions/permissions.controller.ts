import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { consulted } from '../work-list/consulted.js';
import { DECIDING_ROLES } from '../work-list/decider.js';
import { stepsOn } from '../step-route.js';
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
const Step = stepsOn('id', ANSWERED);

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
  async ask(@Commanding() by: Commanded, @Body() given: AskPermissionRequest): Promise<object> {
    return by.answer(await this.commands.execute(new AskPermission(by.viewer, by.call, given)));
  }

  @Step('grant', DECIDING_ROLES, 'Consent, as an authoriser of the originator or in the stead of one')
  grant(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: GrantPermissionRequest): Promise<object> {
    return this.answer(by, id, { type: 'grant', ...given });
  }

  @Step('refuse', DECIDING_ROLES, 'Refuse, with a reason')
  refuse(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: ReasonRequest): Promise<object> {
    return this.answer(by, id, { type: 'refuse', ...given });
  }

  @Step('revoke', DECIDING_ROLES, 'Take back what was granted; what went out by it stays out')
  revoke(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: ReasonRequest): Promise<object> {
    return this.answer(by, id, { type: 'revoke', ...given });
  }

  @Step('hold', DECIDING_ROLES, 'Stop what was granted for a while, with a reason and an end')
  hold(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: HoldPermissionRequest): Promise<object> {
    return this.answer(by, id, { type: 'hold', ...given });
  }

  @Step('resume', DECIDING_ROLES, 'End such a hold before its time')
  resume(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: ReasonRequest): Promise<object> {
    return this.answer(by, id, { type: 'resume', ...given });
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

  private async answer(by: Commanded, id: string, given: AnswerGiven): Promise<object> {
    return by.answer(await this.commands.execute(new AnswerPermission(by.viewer, by.call, id, given)));
  }
}
