import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsOptional } from 'class-validator';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import type { Analyst } from '../analysis/analyst.js';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { PageLimit, SeedQuestionRequest } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { validityOf } from '../terms/times.js';
import { KEY_PLAYERS_EXAMPLE } from './examples.js';
import { KEY_PLAYERS, type KeyPlayers } from './key-players.js';
import { TYING_RELATIONS } from './key-players-graph.js';
import { ASKERS, CallerGone, QuestionRules } from './rules.js';

const MOST = 1_000;
const USUAL = 20;

export class KeyPlayersRequest extends SeedQuestionRequest {
  @ApiPropertyOptional({
    enum: TYING_RELATIONS,
    isArray: true,
    description: 'What counts as a tie; all of them where it is left out.',
    example: ['CONTACTED'],
  })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(TYING_RELATIONS, { each: true })
  relations?: (typeof TYING_RELATIONS)[number][];

  @PageLimit(MOST, USUAL)
  limit?: number;
}

export class AskKeyPlayers extends Query<Asked & KeyPlayers> {
  constructor(
    readonly asker: Asker,
    readonly request: KeyPlayersRequest,
  ) {
    super();
  }
}

/** Under this the module gives the {@link Analyst}. */
export const ANALYST = 'ANALYST';

@QueryHandler(AskKeyPlayers)
export class KeyPlayersHandler implements IQueryHandler<AskKeyPlayers> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
    @Inject(ANALYST) private readonly analyse: Analyst,
  ) {}

  async execute({ asker, request }: AskKeyPlayers): Promise<Asked & KeyPlayers> {
    const readings = readingsOf(request.seed, this.rules.idKey, asker.viewer.organisation);
    const { entityLimit } = this.rules.bounds;
    const relations = [...(request.relations ?? TYING_RELATIONS)];
    const bounds = { relations, entityLimit, hubLimit: this.rules.tieLimit };
    const { signal } = asker;
    const terms = { readings, validity: validityOf(request), bounds, analyse: this.analyse, signal };
    return this.asking.ask(KEY_PLAYERS, asker, request, { ...terms, limit: request.limit ?? USUAL });
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class KeyPlayersController {
  constructor(private readonly questions: QueryBus) {}

  /** Who holds a network together: degree, betweenness, and what falls apart without whom. */
  @Post('key-players')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({ summary: 'Who holds a network together: degree, betweenness, and what falls apart without whom' })
  @ApiOkResponse({ schema: { example: KEY_PLAYERS_EXAMPLE } })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: KeyPlayersRequest,
  ): Promise<Asked & KeyPlayers> {
    return this.questions.execute(new AskKeyPlayers({ viewer, purpose, signal }, request));
  }
}
