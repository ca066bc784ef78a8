import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { LONGEST_TIME, PageLimit, SeedQuestionRequest, TIMES } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { validityOf } from '../terms/times.js';
import { CHANGES, type Changes } from './changes.js';
import { CHANGES_EXAMPLE } from './examples.js';
import { ASKERS, CallerGone, QuestionRules } from './rules.js';

const MOST = 1_000;
const USUAL = 100;

export class ChangesRequest extends SeedQuestionRequest {
  @ApiProperty({
    example: '2026-03-01',
    description: `What changed since the end of that time, up to knownAt or now: ${TIMES}.`,
  })
  @IsString()
  @MaxLength(LONGEST_TIME)
  since: string;

  @ApiPropertyOptional({ default: true, description: 'Whether changes on the cards of its neighbours are told too.' })
  @IsOptional()
  @IsBoolean()
  neighbours?: boolean;

  @PageLimit(MOST, USUAL)
  limit?: number;
}

export class AskChanges extends Query<Asked & Changes> {
  constructor(
    readonly asker: Asker,
    readonly request: ChangesRequest,
  ) {
    super();
  }
}

@QueryHandler(AskChanges)
export class ChangesHandler implements IQueryHandler<AskChanges> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
  ) {}

  async execute({ asker, request }: AskChanges): Promise<Asked & Changes> {
    const readings = readingsOf(request.seed, this.rules.idKey, asker.viewer.organisation);
    const { neighbours = true, limit = USUAL } = request;
    const validity = validityOf(request);
    const since = await this.asking.positionAt(request.since, request);
    return this.asking.ask(CHANGES, asker, request, { readings, validity, since, neighbours, limit });
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class ChangesController {
  constructor(private readonly questions: QueryBus) {}

  /** What was recorded, withdrawn and graded anew about an entity and its neighbours between two times. */
  @Post('changes')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({
    summary: 'What was recorded, withdrawn and graded anew about an entity and its neighbours between two times',
  })
  @ApiOkResponse({ schema: { example: CHANGES_EXAMPLE } })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: ChangesRequest,
  ): Promise<Asked & Changes> {
    return this.questions.execute(new AskChanges({ viewer, purpose, signal }, request));
  }
}
