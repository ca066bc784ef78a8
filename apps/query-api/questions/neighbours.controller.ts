import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { filterOf } from '../reading/filter.js';
import { FilteredQuestionRequest, PageLimit } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { NEIGHBOURS_EXAMPLE } from './examples.js';
import { NEIGHBOURS, type Neighbours } from './neighbours.js';
import { ASKERS, CallerGone, QuestionRules } from './rules.js';

const MOST = 1_000;
const USUAL = 100;

export class NeighboursRequest extends FilteredQuestionRequest {
  @PageLimit(MOST, USUAL)
  limit?: number;
}

export class AskNeighbours extends Query<Asked & Neighbours> {
  constructor(
    readonly asker: Asker,
    readonly request: NeighboursRequest,
  ) {
    super();
  }
}

@QueryHandler(AskNeighbours)
export class NeighboursHandler implements IQueryHandler<AskNeighbours> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
  ) {}

  async execute({ asker, request }: AskNeighbours): Promise<Asked & Neighbours> {
    const readings = readingsOf(request.seed, this.rules.idKey, asker.viewer.organisation);
    const terms = { readings, filter: filterOf(request), limit: request.limit ?? USUAL };
    return this.asking.ask(NEIGHBOURS, asker, request, terms);
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class NeighboursController {
  constructor(private readonly questions: QueryBus) {}

  /** What stands next to an entity: by relation, date and minimum grading. */
  @Post('neighbours')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({ summary: 'The entities next to one, with what joins them: by relation, date and minimum grading' })
  @ApiOkResponse({ schema: { example: NEIGHBOURS_EXAMPLE } })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: NeighboursRequest,
  ): Promise<Asked & Neighbours> {
    return this.questions.execute(new AskNeighbours({ viewer, purpose, signal }, request));
  }
}
