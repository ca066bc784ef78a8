import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { UUID } from '../assertions/limits.js';
import { PageLimit } from '../page-limit.js';
import { LogReader, type LogPage } from './log-reader.js';
import type { ShownEvent } from './shown-event.js';

class StreamPath {
  @ApiProperty({ description: '`kind-uuid`' })
  @Matches(/^[a-z][a-z-]{0,60}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { message: '$property must be kind-uuid' })
  stream: string;
}

class EventPath {
  @ApiProperty({ format: 'uuid' })
  @Matches(UUID, { message: '$property must be a UUID in lower case' })
  id: string;
}

class PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Id of the last event already read.' })
  @IsOptional()
  @Matches(UUID, { message: '$property must be the UUID of an event, in lower case' })
  after?: string;

  @PageLimit(50)
  limit = 50;
}

const PAGE = { description: '{events, truncated}' };

/** The log for auditors: what was said, by whom, on what terms; never more than the marking lets them see. */
@ApiTags('log')
@Roles('auditor', 'administrator')
@Controller('v1/log')
export class LogController {
  constructor(private readonly reader: LogReader) {}

  @Get('streams/:stream')
  @ApiOperation({ summary: 'Events of one stream, in order' })
  @ApiOkResponse(PAGE)
  stream(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Param() { stream }: StreamPath,
    @Query() page: PageQuery,
  ): Promise<LogPage> {
    return this.reader.stream({ viewer, purpose }, stream, page);
  }

  @Get('events/:id')
  @ApiOperation({ summary: 'One event' })
  event(@Caller() viewer: Viewer, @Purpose() purpose: string, @Param() { id }: EventPath): Promise<ShownEvent> {
    return this.reader.event({ viewer, purpose }, id);
  }

  @Get('tail')
  @ApiOperation({ summary: 'The newest events, or those that follow one' })
  @ApiOkResponse(PAGE)
  tail(@Caller() viewer: Viewer, @Purpose() purpose: string, @Query() page: PageQuery): Promise<LogPage> {
    return this.reader.tail({ viewer, purpose }, page);
  }
}
