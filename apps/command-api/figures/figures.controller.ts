import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Audiences, Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { consulted } from '../work-list/consulted.js';
import { differencesFor, figuresFor } from './answers.js';
import { differencesCsv, figuresCsv } from './as-csv.js';
import { DIFFERENCES_EXAMPLE, FIGURES_EXAMPLE } from './examples.js';
import { DifferencesQuery, FiguresQuery } from './figures-query.js';

const READERS = ['analyst', 'referrer', 'authoriser', 'platform-moderator'] as const;
const CSV = 'text/csv; charset=utf-8';

/** What came of what was referred: an agency counts its own record, a platform its own, each as far as the caller may see. */
@ApiTags('figures')
@Controller('v1/figures')
export class FiguresController {
  constructor(
    private readonly audiences: Audiences,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Get()
  @Roles(...READERS)
  @ApiOperation({
    summary:
      'Items received, what became of them, why not, how long it took and which deadlines were breached, with denominators, as of any day',
  })
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ schema: { example: FIGURES_EXAMPLE } })
  async figures(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() query: FiguresQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const audiences = await this.audiences.allowedAudiences(viewer);
    const asked = { viewer, purpose, ids: [], reason: 'figures.count' };
    const answer = await consulted(this.log, asked, async (read) => ({
      answer: await figuresFor(read, viewer, audiences, query),
    }));
    if (query.format !== 'csv') return answer;
    void reply.type(CSV);
    return figuresCsv(answer, query.by ?? []);
  }

  @Get('differences')
  @Roles(...READERS)
  @ApiOperation({ summary: 'Where your record and the other side’s say different things of a request, case by case' })
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ schema: { example: DIFFERENCES_EXAMPLE } })
  async differences(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() query: DifferencesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const audiences = await this.audiences.allowedAudiences(viewer);
    const asked = { viewer, purpose, ids: [], reason: 'figures.differences' };
    const answer = await consulted(this.log, asked, async (read) => {
      const found = await differencesFor(read, viewer, audiences, query);
      return { answer: found, ids: [...new Set(found.cases.map(({ referral }) => referral))] };
    });
    if (query.format !== 'csv') return answer;
    void reply.type(CSV);
    return differencesCsv(answer.measuredAt, answer.cases);
  }
}
