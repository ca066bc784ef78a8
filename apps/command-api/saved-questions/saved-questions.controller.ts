import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Audiences, Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { IdPath, ReasonRequest } from '../permissions/requests.js';
import { consulted } from '../work-list/consulted.js';
import { ForgetQuestion, KEEPERS, SaveQuestion, savedState } from './change-saved.js';
import { SavedQuery, SaveQuestionRequest } from './requests.js';
import { savedOf, viewOf } from './saved-list.js';
import { visibleTo } from './saved-question.js';

/** Questions that an operation asks again, by name. They are asked at query-api, with the terms kept here. */
@ApiTags('saved-questions')
@Controller('v1/saved-questions')
export class SavedQuestionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly audiences: Audiences,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Post()
  @Roles(...KEEPERS)
  @ApiOperation({ summary: 'Keep a question of an operation under a name' })
  @ApiResponse({ status: 201, description: '{saved}' })
  async save(@Commanding() by: Commanded, @Body() given: SaveQuestionRequest): Promise<object> {
    return by.answer(await this.commands.execute(new SaveQuestion(by.viewer, by.call, given)));
  }

  @Get()
  @Roles(...KEEPERS)
  @ApiOperation({ summary: 'Questions of an operation that you may know of, newest first' })
  @ApiOkResponse({ description: '{saved: [{saved, operation, name, question, savedAt, by}], truncated, after?}' })
  async list(@Caller() viewer: Viewer, @Purpose() purpose: string, @Query() asked: SavedQuery): Promise<object> {
    const audiences = await this.audiences.allowedAudiences(viewer);
    return consulted(this.log, { viewer, purpose, ids: [], reason: 'list.saved-questions' }, async (read) => {
      const answer = await savedOf(read, viewer, audiences, asked);
      return { answer, ids: answer.saved.map(({ saved }) => saved) };
    });
  }

  @Get(':id')
  @Roles(...KEEPERS)
  @ApiOperation({ summary: 'One of them, with its terms' })
  @ApiOkResponse({ description: '{saved, operation, name, question, terms, marking, savedAt, by}' })
  async show(@Caller() viewer: Viewer, @Purpose() purpose: string, @Param() { id }: IdPath): Promise<object> {
    return consulted(this.log, { viewer, purpose, ids: [id], reason: 'saved-question.show' }, async (read) => {
      const { event } = visibleTo(viewer, await savedState(read, id));
      return { answer: { ...viewOf(event), terms: event.body.data.terms, marking: event.marking } };
    });
  }

  @Post(':id/forget')
  @HttpCode(200)
  @Roles(...KEEPERS)
  @ApiOperation({ summary: 'Do away with one, with a reason' })
  @ApiOkResponse({ description: '{saved}' })
  async forget(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() given: ReasonRequest): Promise<object> {
    return by.answer(await this.commands.execute(new ForgetQuestion(by.viewer, by.call, id, given)));
  }
}
