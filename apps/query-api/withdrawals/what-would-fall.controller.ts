import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, Length, MaxLength } from 'class-validator';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Part } from '#runtime';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { fault } from '../terms/refusals.js';
import { LONGEST_CONTINUATION, LONGEST_VALUE, PageLimit, SeedRequest, TimeRequest } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { validityOf } from '../terms/times.js';
import { ASKERS, CallerGone, QuestionRules } from '../questions/rules.js';
import { WHAT_WOULD_FALL_EXAMPLE } from './examples.js';
import type { WhatWouldFall } from './fall-answer.js';
import type { LogOfSources } from './said-in-log.js';
import { WHAT_WOULD_FALL, type WhatWouldFallTerms } from './what-would-fall.js';

const MOST = 1_000;
const USUAL = 100;

export class WhatWouldFallRequest extends TimeRequest {
  @ApiPropertyOptional({
    example: 'informant file 7/2026',
    description:
      'The origin as assertions name it; of what a platform answered, the id of the platform. Either this or an assertion.',
  })
  @IsOptional()
  @IsString()
  @Length(1, LONGEST_VALUE)
  origin?: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Id of the assertion that would be withdrawn, or of a referral or removal, as a statement names it.',
  })
  @IsOptional()
  @IsUUID()
  assertion?: string;

  @ApiPropertyOptional({ type: SeedRequest, description: 'Whose cluster is held against what would be left of it.' })
  @IsOptional()
  @Part(() => SeedRequest)
  seed?: SeedRequest;

  @ApiPropertyOptional({ description: 'From the answer before, with the same terms.' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_CONTINUATION)
  continuation?: string;

  @PageLimit(MOST, USUAL)
  limit?: number;
}

export class AskWhatWouldFall extends Query<Asked & WhatWouldFall> {
  constructor(
    readonly asker: Asker,
    readonly request: WhatWouldFallRequest,
  ) {
    super();
  }
}

/** Under this the module gives the {@link LogOfSources}. */
export const LOG_OF_SOURCES = 'LOG_OF_SOURCES';

@QueryHandler(AskWhatWouldFall)
export class WhatWouldFallHandler implements IQueryHandler<AskWhatWouldFall> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
    @Inject(LOG_OF_SOURCES) private readonly log: LogOfSources,
  ) {}

  async execute({ asker, request }: AskWhatWouldFall): Promise<Asked & WhatWouldFall> {
    const { seed, limit = USUAL } = request;
    const { bounds, idKey } = this.rules;
    return this.asking.ask(WHAT_WOULD_FALL, asker, request, {
      source: sourceOf(request),
      log: this.log,
      ...(seed === undefined ? {} : { seed: readingsOf(seed, idKey, asker.viewer.organisation) }),
      ...{ validity: validityOf(request), bounds, limit },
    });
  }
}

function sourceOf({ origin, assertion }: WhatWouldFallRequest): WhatWouldFallTerms['source'] {
  if (origin !== undefined && assertion !== undefined)
    throw fault('/assertion', 'source.twice', 'Name the source either by its origin or by an assertion, not by both.');
  if (origin !== undefined) return { origin };
  if (assertion !== undefined) return { assertion };
  throw fault('/origin', 'source.missing', 'Say what would be withdrawn: an origin, or the id of an assertion.');
}

@ApiTags('questions')
@Controller('v1/questions')
export class WhatWouldFallController {
  constructor(private readonly questions: QueryBus) {}

  /** What would fall if a source were withdrawn: statements, what rests on them, claims, members of a cluster. */
  @Post('what-would-fall')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({
    summary: 'What would fall if a source were withdrawn: statements, what rests on them, claims, members of a cluster',
  })
  @ApiOkResponse({ schema: { example: WHAT_WOULD_FALL_EXAMPLE } })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: WhatWouldFallRequest,
  ): Promise<Asked & WhatWouldFall> {
    return this.questions.execute(new AskWhatWouldFall({ viewer, purpose, signal }, request));
  }
}
