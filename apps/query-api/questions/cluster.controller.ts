import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { PageLimit, SeedQuestionRequest } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { validityOf } from '../terms/times.js';
import { CLUSTER, type Cluster } from './cluster.js';
import { CLUSTER_EXAMPLE } from './examples.js';
import { ASKERS, CallerGone, QuestionRules } from './rules.js';

const MOST = 5_000;
const USUAL = 500;

export class ClusterRequest extends SeedQuestionRequest {
  @PageLimit(MOST, USUAL)
  limit?: number;
}

export class AskCluster extends Query<Asked & Cluster> {
  constructor(
    readonly asker: Asker,
    readonly request: ClusterRequest,
  ) {
    super();
  }
}

@QueryHandler(AskCluster)
export class ClusterHandler implements IQueryHandler<AskCluster> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
  ) {}

  async execute({ asker, request }: AskCluster): Promise<Asked & Cluster> {
    const readings = readingsOf(request.seed, this.rules.idKey, asker.viewer.organisation);
    const { bounds } = this.rules;
    const terms = { readings, validity: validityOf(request), bounds, limit: request.limit ?? USUAL };
    return this.asking.ask(CLUSTER, asker, request, terms);
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class ClusterController {
  constructor(private readonly questions: QueryBus) {}

  /** Who belongs together around a seed, each member with the statements that made it one. */
  @Post('cluster')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({ summary: 'Who belongs together around a seed, each member with the statements that made it one' })
  @ApiOkResponse({ schema: { example: CLUSTER_EXAMPLE } })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: ClusterRequest,
  ): Promise<Asked & Cluster> {
    return this.questions.execute(new AskCluster({ viewer, purpose, signal }, request));
  }
}
