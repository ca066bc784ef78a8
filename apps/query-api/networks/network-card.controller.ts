import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { PageLimit, SeedQuestionRequest } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { validityOf } from '../terms/times.js';
import { ASKERS, CallerGone, QuestionRules } from '../questions/rules.js';
import { NETWORK_CARD_EXAMPLE } from './examples.js';
import type { NetworkCard } from './network-answer.js';
import { NETWORK_CARD } from './network-card.js';

const MOST = 500;
const USUAL = 50;

export class NetworkCardRequest extends SeedQuestionRequest {
  @PageLimit(MOST, USUAL)
  limit?: number;
}

export class AskNetworkCard extends Query<Asked & NetworkCard> {
  constructor(
    readonly asker: Asker,
    readonly request: NetworkCardRequest,
  ) {
    super();
  }
}

@QueryHandler(AskNetworkCard)
export class NetworkCardHandler implements IQueryHandler<AskNetworkCard> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
  ) {}

  async execute({ asker, request }: AskNetworkCard): Promise<Asked & NetworkCard> {
    const readings = readingsOf(request.seed, this.rules.idKey, asker.viewer.organisation);
    const terms = { readings, validity: validityOf(request), limit: request.limit ?? USUAL };
    return this.asking.ask(NETWORK_CARD, asker, request, terms);
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class NetworkCardController {
  constructor(private readonly questions: QueryBus) {}

  /** An assessed network: names, threat, status, members with roles and dates, and how it survives its takedowns. */
  @Post('network-card')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({
    summary:
      'An assessed network: names, threat, status, members with roles and dates, and what came back after removals',
  })
  @ApiOkResponse({ schema: { example: NETWORK_CARD_EXAMPLE } })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: NetworkCardRequest,
  ): Promise<Asked & NetworkCard> {
    return this.questions.execute(new AskNetworkCard({ viewer, purpose, signal }, request));
  }
}
