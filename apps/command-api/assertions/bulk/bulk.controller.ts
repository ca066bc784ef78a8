import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller, Roles, type Viewer } from '#access';
import { BulkIntake } from '../../bulk-intake/bulk-intake.js';
import { NDJSON } from '../../bulk-intake/ndjson.js';
import { BulkReports } from '../../bulk-intake/reports.js';
import { sendReport, takeCall } from '../../bulk-intake/send-bulk.js';
import { ASSERTING_ROLES } from '../assertor.js';
import { AssertionIntake } from './assertion-intake.js';

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
    private readonly assertions: AssertionIntake,
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
    await takeCall(this.intake, this.assertions.of(viewer), viewer, request, reply);
  }

  @Get(':call/report')
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({ summary: 'The answer of a call of yours again, as far as it got' })
  @ApiProduces(NDJSON)
  @ApiResponse({ status: 200, description: 'An outcome for each line that was kept, then a summary', schema: OUTCOMES })
  @ApiResponse({ status: 404, description: 'There is nothing here that you may see' })
  async report(@Caller() viewer: Viewer, @Param('call') call: string, @Res() reply: FastifyReply): Promise<void> {
    await sendReport(this.reports, ['assertions'], call, viewer, reply);
  }
}
