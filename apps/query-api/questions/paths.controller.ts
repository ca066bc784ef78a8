import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Parts } from '#runtime';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { SeedRequest, TimeRequest } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { validityOf } from '../terms/times.js';
import { PATHS_EXAMPLE } from './examples.js';
import { TYING_RELATIONS } from './key-players-graph.js';
import { PATHS, type Paths } from './paths.js';
import { WAYS, type Way } from './paths-rules.js';
import { ASKERS, CallerGone, QuestionRules } from './rules.js';

const MOST_SEEDS = 5;
const MOST_STEPS = 8;
const USUAL_STEPS = 6;

export class PathsRequest extends TimeRequest {
  @ApiProperty({
    type: [SeedRequest],
    description: 'Two to five entities.',
    example: [{ value: '+44 20 7946 0123' }, { kind: 'handle', value: '@north.road', platform: 'instagram' }],
  })
  @Parts(() => SeedRequest, { least: 2, most: MOST_SEEDS })
  seeds: SeedRequest[];

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: MOST_STEPS, default: USUAL_STEPS })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_STEPS)
  steps?: number;

  @ApiPropertyOptional({
    enum: WAYS,
    default: 'fewest-steps',
    description:
      'What makes a path the best: fewest steps, best graded statements, or an order in which things can have been passed on.',
  })
  @IsOptional()
  @IsIn(WAYS)
  way?: Way;

  @ApiPropertyOptional({
    enum: TYING_RELATIONS,
    isArray: true,
    description: 'What a path may go along; all of them where it is left out.',
  })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(TYING_RELATIONS, { each: true })
  relations?: (typeof TYING_RELATIONS)[number][];
}

export class AskPaths extends Query<Asked & Paths> {
  constructor(
    readonly asker: Asker,
    readonly request: PathsRequest,
  ) {
    super();
  }
}

@QueryHandler(AskPaths)
export class PathsHandler implements IQueryHandler<AskPaths> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
  ) {}

  async execute({ asker, request }: AskPaths): Promise<Asked & Paths> {
    const { idKey, bounds, tieLimit } = this.rules;
    const { seeds, steps = USUAL_STEPS, way = 'fewest-steps', relations = TYING_RELATIONS } = request;
    return this.asking.ask(PATHS, asker, request, {
      seeds: seeds.map((seed, at) => readingsOf(seed, idKey, asker.viewer.organisation, `/seeds/${at}`)),
      steps,
      way,
      validity: validityOf(request),
      bounds: { relations: [...relations], tieLimit, entityLimit: bounds.entityLimit },
    });
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class PathsController {
  constructor(private readonly questions: QueryBus) {}

  /** How two to five entities hang together: for each two of them the best path. */
  @Post('paths')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({ summary: 'How two to five entities hang together: for each two of them the best path' })
  @ApiOkResponse({ schema: { example: PATHS_EXAMPLE } })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: PathsRequest,
  ): Promise<Asked & Paths> {
    return this.questions.execute(new AskPaths({ viewer, purpose, signal }, request));
  }
}
