import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { filterOf } from '../reading/filter.js';
import { FilteredQuestionRequest, PageLimit } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { ENTITY_CARD, type EntityCard } from './entity-card.js';
import { ENTITY_CARD_EXAMPLE } from './examples.js';
import { ASKERS, CallerGone, QuestionRules } from './rules.js';

const MOST = 2_000;
const USUAL = 200;

export class EntityCardRequest extends FilteredQuestionRequest {
  @PageLimit(MOST, USUAL)
  limit?: number;
}

export class AskEntityCard extends Query<Asked & EntityCard> {
  constructor(
    readonly asker: Asker,
    readonly request: EntityCardRequest,
  ) {
    super();
  }
}

@QueryHandler(AskEntityCard)
export class EntityCardHandler implements IQueryHandler<AskEntityCard> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
  ) {}

  async execute({ asker, request }: AskEntityCard): Promise<Asked & EntityCard> {
    const readings = readingsOf(request.seed, this.rules.idKey, asker.viewer.organisation);
    const terms = { readings, filter: filterOf(request), limit: request.limit ?? USUAL };
    return this.asking.ask(ENTITY_CARD, asker, request, terms);
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class EntityCardController {
  constructor(private readonly questions: QueryBus) {}

  /** Every statement that the caller may see about an entity, with its provenance, newest first. */
  @Post('entity-card')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({
    summary: 'Everything that the caller may see about one entity, with who said it, how sure they were, and when',
  })
  @ApiOkResponse({ schema: { example: ENTITY_CARD_EXAMPLE } })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: EntityCardRequest,
  ): Promise<Asked & EntityCard> {
    return this.questions.execute(new AskEntityCard({ viewer, purpose, signal }, request));
  }
}
