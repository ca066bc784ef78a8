import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { filterOf } from '../reading/filter.js';
import { FilteredQuestionRequest, PageLimit } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { TIMELINE, type Timeline } from './timeline.js';
import { TIMELINE_EXAMPLE } from './examples.js';
import { ASKERS, CallerGone, QuestionRules } from './rules.js';

const MOST = 2_000;
const USUAL = 200;

export class TimelineRequest extends FilteredQuestionRequest {
  @PageLimit(MOST, USUAL)
  limit?: number;
}

export class AskTimeline extends Query<Asked & Timeline> {
  constructor(
    readonly asker: Asker,
    readonly request: TimelineRequest,
  ) {
    super();
  }
}

@QueryHandler(AskTimeline)
export class TimelineHandler implements IQueryHandler<AskTimeline> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
  ) {}

  async execute({ asker, request }: AskTimeline): Promise<Asked & Timeline> {
    const readings = readingsOf(request.seed, this.rules.idKey, asker.viewer.organisation);
    const terms = { readings, filter: filterOf(request), limit: request.limit ?? USUAL };
    return this.asking.ask(TIMELINE, asker, request, terms);
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class TimelineController {
  constructor(private readonly questions: QueryBus) {}

  /** What happened with an entity, in the order in which it was true. */
  @Post('timeline')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({
    summary:
      'What happened with one entity, in the order in which it was true, with who said it and how sure they were',
  })
  @ApiOkResponse({ schema: { example: TIMELINE_EXAMPLE } })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: TimelineRequest,
  ): Promise<Asked & Timeline> {
    return this.questions.execute(new AskTimeline({ viewer, purpose, signal }, request));
  }
}
