import { Readable } from 'node:stream';
import { Controller, Get, Param, Post, Req, Res, UnsupportedMediaTypeException } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller, Roles, type Viewer } from '#access';
import { Refusal } from '../../refusal.js';
import { ASSERTING_ROLES } from '../assertor.js';
import { UUID } from '../limits.js';
import { BulkIntake } from './bulk-intake.js';
import { NDJSON } from './ndjson.js';
import { NO_COUNTS, summaryLine } from './outcome.js';
import { BulkReports } from './reports.js';

const OUTCOMES = {
  example:
    '{"line":1,"reference":"case-17/1","outcome":"accepted","id":"0193a1f2-7c00-7000-8000-000000000001"}\n' +
    '{"line":2,"reference":"case-17/2","outcome":"refused","code":"field.missing","faults":[{"pointer":"/grading","code":"field.missing","detail":"is missing"}]}\n' +
    '{"summary":{"lines":2,"accepted":1,"duplicates":0,"refused":1,"call":"0193a1f2-7c00-7000-8000-0000000000ff","complete":true}}\n',
};

@ApiTags('bulk intake')
@Controller('v1/assertions/bulk')
export class BulkController {
  constructor(
    private readonly intake: BulkIntake,
    private readonly reports: BulkReports,
  ) {}

  @Post()
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({
    summary: 'Send assertions, one a line; each line is answered when it is kept',
    description:
      'Each line is the body of POST /v1/assertions with a `reference` of your own, unique in your organisation. ' +
      'A repeat of the call, or of a part of it, gives the same ids. Lines of at most 256 KB; a call may take five minutes.',
  })
  @ApiConsumes(NDJSON)
  @ApiProduces(NDJSON)
  @ApiBody({ schema: { type: 'string' } })
  @ApiResponse({ status: 200, description: 'An outcome for each line, then a summary', schema: OUTCOMES })
  @ApiResponse({ status: 415, description: `Another content type than ${NDJSON}` })
  async take(@Caller() viewer: Viewer, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!(request.body instanceof Readable)) throw new UnsupportedMediaTypeException();
    const { call, answer } = await this.intake.begin(viewer, request.body);
    await reply.code(200).header('content-type', NDJSON).header('bulk-call', call).send(Readable.from(answer));
  }

  @Get(':call/report')
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({ summary: 'The answer of a call of yours again, as far as it got' })
  @ApiProduces(NDJSON)
  @ApiResponse({ status: 200, description: 'An outcome for each line that was kept, then a summary', schema: OUTCOMES })
  @ApiResponse({ status: 404, description: 'There is nothing here that you may see' })
  async report(@Caller() viewer: Viewer, @Param('call') call: string, @Res() reply: FastifyReply): Promise<void> {
    const found = UUID.test(call) ? await this.reports.callOf(call, viewer) : undefined;
    if (found === undefined) throw new Refusal('NotFound', 'bulk.unknown', 'There is no such call.');
    await this.reports.recordReading(call, viewer);
    await reply
      .code(200)
      .header('content-type', NDJSON)
      .send(Readable.from(this.lines(call, found.summary)));
  }

  private async *lines(call: string, summary: string | null): AsyncGenerator<string> {
    for (let chunk = 0, lines = await this.reports.chunk(call, chunk); lines !== undefined;) {
      yield lines;
      chunk += 1;
      lines = await this.reports.chunk(call, chunk);
    }
    // A call without a summary was cut off by the end of its server, or is still running.
    yield summary ?? summaryLine({ ...NO_COUNTS, call, complete: false });
  }
}
