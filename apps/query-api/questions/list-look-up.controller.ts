import { Body, Controller, Headers, HttpCode, Post, Query as QueryPart, Res } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import {
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { plainToInstance, Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { givingWay } from '../reading/giving-way.js';
import { LONGEST_VALUE, TimeRequest } from '../terms/requests.js';
import { understand } from '../terms/seed.js';
import { validityOf } from '../terms/times.js';
import { LIST_LOOK_UP_EXAMPLE } from './examples.js';
import { AUTHORITY, AUTHORITY_FORM, exportNote, UNAUTHORISED } from './export-authority.js';
import { withheldCategories } from './exportable.js';
import { LIST_LOOK_UP, MOST_IDENTIFIERS, type AskedRow, type ListLookUp } from './list-look-up.js';
import { writeList } from './look-up-csv.js';
import { ASKERS, CallerGone, QuestionRules } from './rules.js';

/** A row is judged on its own in the answer, so nothing but its types is checked here. */
export class IdentifierRequest {
  @ApiProperty({ example: '+44 20 7946 0123' })
  @IsString()
  value: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  kind?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  region?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  platform?: string;

  @ApiPropertyOptional({ description: "The caller's number of the row; its place in the list where absent." })
  @IsOptional()
  @IsInt()
  @Min(0)
  row?: number;
}

/** Terms of a list; for a CSV they stand in the address, since they name nobody. */
export class ListTerms extends TimeRequest {
  @ApiPropertyOptional({ example: 'GB', description: 'Region in which national numbers are read.' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'region is two capital letters (ISO 3166)' })
  @MaxLength(2)
  region?: string;

  @ApiPropertyOptional({
    example: 'AUTH-2026/17',
    description:
      'For an answer as CSV: victims and witnesses are exported too, under the authority with this code. Needs the role ' +
      'authoriser, and is recorded. Without it their links, and persons who are nothing else, are left out (R10).',
  })
  @IsOptional()
  @Matches(AUTHORITY, { message: AUTHORITY_FORM })
  withVictimsAndWitnesses?: string;
}

export class ListLookUpRequest extends ListTerms {
  @ApiProperty({
    type: [IdentifierRequest],
    maxItems: MOST_IDENTIFIERS,
    description: 'Texts, or objects with value and kind.',
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_IDENTIFIERS)
  @ValidateNested({ each: true })
  @Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(identifier) : value))
  identifiers: IdentifierRequest[];
}

function identifier(one: unknown): unknown {
  return plainToInstance(IdentifierRequest, typeof one === 'string' ? { value: one } : one);
}

export class AskListLookUp extends Query<Asked & ListLookUp> {
  constructor(
    readonly asker: Asker,
    readonly request: ListLookUpRequest,
    /** Whether the answer leaves the system as a file. */
    readonly isExport: boolean,
  ) {
    super();
  }
}

@QueryHandler(AskListLookUp)
export class ListLookUpHandler implements IQueryHandler<AskListLookUp> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
  ) {}

  async execute({ asker, request, isExport }: AskListLookUp): Promise<Asked & ListLookUp> {
    const { withVictimsAndWitnesses: authority } = request;
    if (authority !== undefined && !asker.viewer.roles.includes('authoriser'))
      await this.asking.refuse(asker, UNAUTHORISED);
    // Thousands of numbers take seconds to read.
    const rows = await givingWay(
      request.identifiers,
      (one, place) => this.row(one, place, request.region, asker.viewer.organisation),
      asker.signal,
    );
    const terms = { rows, validity: validityOf(request) };
    if (!isExport) return this.asking.ask(LIST_LOOK_UP, asker, request, terms);
    const file = { viewer: asker.viewer, withheld: withheldCategories(request) };
    const asFile = { ...asker, withMarkings: true, note: exportNote(authority) };
    return this.asking.ask(LIST_LOOK_UP, asFile, request, { ...terms, file });
  }

  private row(one: IdentifierRequest, place: number, region: string | undefined, organisation: string): AskedRow {
    const { value, row = place + 1 } = one;
    if (value.length > LONGEST_VALUE)
      return {
        row,
        value: `${value.slice(0, 60)}…`,
        readings: `The value is longer than ${LONGEST_VALUE} characters.`,
      };
    const hints = { ...one, region: one.region ?? region };
    return { row, value, readings: understand(hints, this.rules.idKey, organisation) };
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class ListLookUpController {
  constructor(private readonly questions: QueryBus) {}

  /** Up to 5,000 identifiers at once, such as those of a seized phone. */
  @Post('list-look-up')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({
    summary: 'Up to 5,000 identifiers at once: each row is a hit, no hit, or not understood',
    description: 'As CSV (Accept: text/csv) each row with a hit has its marking, and the last one says as of when.',
  })
  @ApiConsumes('application/json', 'text/csv')
  @ApiProduces('application/json', 'text/csv')
  @ApiBody({ type: ListLookUpRequest })
  @ApiOkResponse({ schema: { example: LIST_LOOK_UP_EXAMPLE } })
  async ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @QueryPart() terms: ListTerms,
    @Body() request: ListLookUpRequest,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<(Asked & ListLookUp) | string> {
    const whole = Object.assign(new ListLookUpRequest(), terms, request);
    const isExport = accept?.includes('text/csv') === true;
    const answer = await this.questions.execute(new AskListLookUp({ viewer, purpose, signal }, whole, isExport));
    if (!isExport) return answer;
    void reply
      .type('text/csv; charset=utf-8')
      .header('breakwater-as-of', answer.asOf)
      .header('breakwater-lag-seconds', answer.lagSeconds);
    return writeList(answer);
  }
}
