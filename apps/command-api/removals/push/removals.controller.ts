import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { BulkIntake } from '../../bulk-intake/bulk-intake.js';
import { NDJSON } from '../../bulk-intake/ndjson.js';
import { BulkReports } from '../../bulk-intake/reports.js';
import { sendReport, takeCall } from '../../bulk-intake/send-bulk.js';
import { Commanding, type Commanded } from '../../idempotency/commanding.js';
import { ReasonRequest } from '../../permissions/requests.js';
import { SealedCursors } from '../../sealed-cursor.js';
import { consulted } from '../../work-list/consulted.js';
import { idsOf } from '../inbox.controller.js';
import { removalsOf, type RemovalPage } from '../inbox.js';
import { RemovalsQuery } from '../list-requests.js';
import { PushRequest } from '../requests.js';
import { BULK_OUTCOMES, BULK_TERMS } from './bulk-terms.js';
import { DryRunQuery } from './dry-run-query.js';
import { PushIntake } from './push-intake.js';
import { PushRemoval } from './push-removal.js';
import { UndoBatch } from './undo-batch.js';

/** What a platform removed, in answer to referrals or by itself, as it says so of its own accord. */
@ApiTags('removals')
@Controller('v1/removals')
export class RemovalsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly cursors: SealedCursors,
    private readonly bulk: BulkIntake,
    private readonly pushes: PushIntake,
    private readonly reports: BulkReports,
    private readonly batches: UndoBatch,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Get()
  @Roles('platform-moderator')
  @ApiOperation({ summary: 'Everything that you were asked for or reported, newest first' })
  @ApiOkResponse({ description: '{removals, truncated, after?}' })
  list(@Caller() viewer: Viewer, @Purpose() purpose: string, @Query() query: RemovalsQuery): Promise<RemovalPage> {
    return consulted(this.log, { viewer, purpose, ids: [], reason: 'removals.list' }, async (read) => {
      const answer = await removalsOf(read, viewer, query, this.cursors);
      return { answer, ids: idsOf(answer) };
    });
  }

  @Post()
  @Roles('platform-moderator')
  @ApiOperation({
    summary: 'Say that you removed something, whether or not somebody had asked for it',
    description:
      'Matched to the open request for the same item, however its link is written; otherwise a removal of its own.',
  })
  @ApiResponse({ status: 201, description: '{removal, matched}' })
  @ApiResponse({ status: 200, description: '{removal, duplicate: true}: you have said so before under this reference' })
  async push(@Commanding() by: Commanded, @Body() given: PushRequest): Promise<object> {
    return by.answer(await this.commands.execute(new PushRemoval(by.viewer, by.call, given)));
  }

  @Post('bulk')
  @HttpCode(200)
  @Roles('platform-moderator')
  @ApiOperation({
    summary: 'Say so of many, one a line; each line is answered when it is kept',
    description:
      `Each line is the body of POST /v1/removals with a reference. ${BULK_TERMS} ` +
      'With dryRun=true each line gets the answer that it would get, and nothing is kept but the report.',
  })
  @ApiConsumes(NDJSON)
  @ApiProduces(NDJSON)
  @ApiBody({ schema: { type: 'string' } })
  @ApiResponse({ status: 200, description: 'An outcome for each line, then a summary', schema: BULK_OUTCOMES })
  @ApiResponse({ status: 415, description: `Another content type than ${NDJSON}` })
  @ApiResponse({ status: 429, description: 'Too many calls; Retry-After says when' })
  async pushMany(
    @Caller() viewer: Viewer,
    @Query() { dryRun }: DryRunQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await takeCall(this.bulk, this.pushes.of(viewer, dryRun), viewer, request, reply);
  }

  @Get('bulk/:call/report')
  @Roles('platform-moderator')
  @ApiOperation({ summary: 'The answer of a call of yours again, as far as it got' })
  @ApiProduces(NDJSON)
  @ApiResponse({
    status: 200,
    description: 'An outcome for each line that was kept, then a summary',
    schema: BULK_OUTCOMES,
  })
  @ApiResponse({ status: 404, description: 'There is nothing here that you may see' })
  async report(@Caller() viewer: Viewer, @Param('call') call: string, @Res() reply: FastifyReply): Promise<void> {
    await sendReport(this.reports, ['removals', 'decisions'], call, viewer, reply);
  }

  @Post('bulk/:call/undo')
  @HttpCode(200)
  @Roles('platform-moderator')
  @ApiOperation({
    summary: 'Take a wrong bulk call back as a whole, also one of decisions',
    description:
      'A correction for each removal that still stands as the call left it; those who asked are told. What was corrected or overturned since is left.',
  })
  @ApiOkResponse({ description: '{call, undone, left}' })
  @ApiResponse({ status: 404, description: 'There is nothing here that you may see' })
  async undo(@Commanding() by: Commanded, @Param('call') batch: string, @Body() given: ReasonRequest): Promise<object> {
    return by.answer(await this.batches.undo({ viewer: by.viewer, batch, given }, by.call));
  }
}
