import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Part } from '#runtime';
import { NETWORK_CARD } from '../networks/network-card.js';
import { CLUSTER } from '../questions/cluster.js';
import { ENTITY_CARD } from '../questions/entity-card.js';
import { AUTHORITY, AUTHORITY_FORM, exportNote, UNAUTHORISED } from '../questions/export-authority.js';
import { ASKERS, CallerGone, QuestionRules } from '../questions/rules.js';
import { Asking, type Asked, type Asker } from '../reading/asking.js';
import { filterOf } from '../reading/filter.js';
import { SeedRequest, TimeRequest } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { validityOf } from '../terms/times.js';
import { exportOf, type Exported } from './export-question.js';
import { rowsOfCard, rowsOfCluster, rowsOfNetwork } from './export-rows.js';
import { EXPORT_EXAMPLE } from './examples.js';
import { fileOf, FORMATS, MEDIA_TYPES, type Format } from './file-of.js';

/** Most members, or statements of a card, in one file; a file with more says so. */
const MOST = 10_000;

export const EXPORTED = {
  'entity-card': exportOf(ENTITY_CARD, rowsOfCard),
  cluster: exportOf(CLUSTER, rowsOfCluster),
  'network-card': exportOf(NETWORK_CARD, rowsOfNetwork),
} as const;

export class ExportRequest extends TimeRequest {
  @ApiProperty({
    enum: Object.keys(EXPORTED),
    description:
      `Which answer becomes a file: all of its pages, up to ${MOST.toLocaleString('en')} members, or statements of a card. ` +
      'A file that ends there says so, and there is no next one: ask for it in parts, by validFrom and validTo; ' +
      'what is undated is in each of them.',
  })
  @IsIn(Object.keys(EXPORTED))
  question: keyof typeof EXPORTED;

  @ApiProperty({ enum: FORMATS })
  @IsIn(FORMATS)
  format: Format;

  @ApiProperty({ type: SeedRequest, example: { value: '+44 20 7946 0101' } })
  @Part(() => SeedRequest)
  seed: SeedRequest;

  @ApiPropertyOptional({
    example: 'AUTH-2026/17',
    description:
      'Victims and witnesses are exported too, under the authority with this code. Needs the role authoriser, and is recorded. ' +
      'Without it their links, and persons who are nothing else, are left out (R10).',
  })
  @IsOptional()
  @Matches(AUTHORITY, { message: AUTHORITY_FORM })
  withVictimsAndWitnesses?: string;
}

export class AskExport extends Query<Asked & Exported> {
  constructor(
    readonly asker: Asker,
    readonly request: ExportRequest,
  ) {
    super();
  }
}

@QueryHandler(AskExport)
export class ExportHandler implements IQueryHandler<AskExport> {
  constructor(
    private readonly asking: Asking,
    private readonly rules: QuestionRules,
  ) {}

  async execute({ asker, request }: AskExport): Promise<Asked & Exported> {
    const { viewer } = asker;
    const { withVictimsAndWitnesses: authority, seed, question, format } = request;
    if (authority !== undefined && !viewer.roles.includes('authoriser')) await this.asking.refuse(asker, UNAUTHORISED);
    const readings = readingsOf(seed, this.rules.idKey, viewer.organisation);
    const asFile = { ...asker, withMarkings: true, note: exportNote(authority, format) };
    const page = { readings, limit: MOST };
    const file = { viewer, authority };
    switch (question) {
      case 'entity-card':
        return this.asking.ask(EXPORTED[question], asFile, request, {
          ...file,
          asked: { ...page, filter: filterOf(request) },
        });
      case 'cluster':
        return this.asking.ask(EXPORTED[question], asFile, request, {
          ...file,
          asked: { ...page, validity: validityOf(request), bounds: this.rules.bounds },
        });
      case 'network-card':
        return this.asking.ask(EXPORTED[question], asFile, request, {
          ...file,
          asked: { ...page, validity: validityOf(request) },
        });
      default:
        return question satisfies never;
    }
  }
}

@ApiTags('questions')
@Controller('v1/questions')
export class ExportController {
  constructor(private readonly questions: QueryBus) {}

  /** A card, a cluster or a network as a file: a row for each statement, with its marking. */
  @Post('export')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({ summary: 'A card, a cluster or a network as CSV, GraphML or JSON, each statement with its marking' })
  @ApiProduces('application/json', 'text/csv', 'application/graphml+xml')
  @ApiOkResponse({ schema: { example: EXPORT_EXAMPLE } })
  async ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @CallerGone() signal: AbortSignal,
    @Body() request: ExportRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<(Asked & Exported) | string> {
    const answer = await this.questions.execute(new AskExport({ viewer, purpose, signal }, request));
    const { format, question } = request;
    if (format !== 'json')
      void reply
        .type(MEDIA_TYPES[format])
        .header('content-disposition', `attachment; filename="${question}.${format}"`)
        .header('breakwater-as-of', answer.asOf)
        .header('breakwater-lag-seconds', answer.lagSeconds)
        .header('breakwater-truncated', String(answer.truncated));
    return fileOf(format, answer);
  }
}
