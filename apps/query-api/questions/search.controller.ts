import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { ENTITY_KINDS, type EntityKind } from '#events';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { fault } from '../terms/refusals.js';
import { LONGEST_CONTINUATION, LONGEST_VALUE, PageLimit, TimeRequest } from '../terms/requests.js';
import { understand, type Reading } from '../terms/seed.js';
import { validityOf } from '../terms/times.js';
import { SEARCH_EXAMPLE } from './examples.js';
import { ASKERS, CallerGone, QuestionRules } from './rules.js';
import { labelsFor } from './search-names.js';
import { SEARCH, type Search } from './search.js';

const MOST = 200;
const USUAL = 25;

export class SearchRequest extends TimeRequest {
  @ApiProperty({
    example: 'ahmed hasan',
    description:
      'A number, handle, link, address, hash or name, as somebody wrote it. Names are found by likeness too.',
  })
  @IsString()
  @MaxLength(LONGEST_VALUE)
  text: string;

  @ApiPropertyOptional({
    enum: ENTITY_KINDS,
    isArray: true,
    example: ['account'],
    description: 'Only entities of these kinds; all of them where left out.',
  })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(ENTITY_KINDS.length)
  @IsIn(ENTITY_KINDS, { each: true })
  kinds?: EntityKind[];

  @ApiPropertyOptional({ example: 'GB', description: 'Region in which a national number is read.' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'region is two capital letters (ISO 3166)' })
  region?: string;

  @ApiPropertyOptional({ example: 'telegram' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  platform?: string;

  @PageLimit(MOST, USUAL)
  limit?: number;

  @ApiPropertyOptional({ description: 'From the answer before, with the same terms.' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_CONTINUATION)
  continuation?: string;
}

export class AskSearch extends Query<Asked & Search> {
  constructor(
    readonly asker: Asker,
    readonly request: SearchRequest,
  ) {
    super();
  }
}

@QueryHandler(AskSearch)
export class SearchHandler implements IQueryHandler<AskSearch> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
  ) {}

  async execute({ asker, request }: AskSearch): Promise<Asked & Search> {
    const { text, kinds, limit = USUAL } = request;
    if (text.trim() === '') throw fault('/text', 'search.empty', 'Say what to look for.');
    const terms = {
      readings: this.readings(request, asker.viewer.organisation),
      text,
      kinds,
      wanted: { ...validityOf(request), labels: labelsFor(kinds) },
      limit,
    };
    return this.asking.ask(SEARCH, asker, request, terms);
  }

  /** As each of the kinds asked for, and in every likely way: a handle leads to its accounts, whatever is wanted. */
  private readings({ text, kinds = [], region, platform }: SearchRequest, organisation: string): Reading[] {
    return [...kinds, undefined].flatMap((kind) => {
      const readings = understand({ kind, value: text, region, platform }, this.rules.idKey, organisation);
      return typeof readings === 'string' ? [] : readings;
    });
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class SearchController {
  constructor(private readonly questions: QueryBus) {}

  /** Who a text is about: what it names, who carries it as a handle or name, and who carries a name like it. */
  @Post('search')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({
    summary: 'Who a text is about: in every likely reading, past names and handles too, and by likeness',
  })
  @ApiOkResponse({ schema: { example: SEARCH_EXAMPLE } })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: SearchRequest,
  ): Promise<Asked & Search> {
    return this.questions.execute(new AskSearch({ viewer, purpose, signal }, request));
  }
}
