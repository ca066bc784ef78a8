import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { Roles } from '#access';
import { PURPOSE } from '../assertions/limits.js';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { DecideParked } from './decide-parked.js';

const STREAM = /^[a-z][a-z-]{0,39}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_VERSIONS = 10_000;
const MAX_REASON = 2000;

export class ReplayParkedRequest {
  @ApiProperty({ example: 'assertion-0193a1f2-7c00-7000-8000-000000000001' })
  @Matches(STREAM, { message: 'stream must be the name of a stream: its kind and a UUID' })
  stream: string;

  @ApiProperty({ example: 'The projection of literals was mended in release 14.' })
  @IsString()
  @MaxLength(MAX_REASON)
  @Matches(/\S/, { message: 'reason must say something' })
  reason: string;

  @ApiProperty({ example: 'operations' })
  @Matches(PURPOSE, { message: 'purpose must be a code of at most 100 letters, digits, spaces and . _ : / -' })
  purpose: string;
}

export class DiscardParkedRequest extends ReplayParkedRequest {
  @ApiProperty({
    type: [Number],
    description: 'Versions that shall have no effect, now and in every rebuild',
    example: [2],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_VERSIONS)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(2_147_483_647, { each: true })
  streamVersions: number[];
}

const NOT_FOUND = { status: 404, description: 'No such stream, or one that is not for you to decide on' };

/** Which streams are parked, the projector says; what shall become of them is decided here, and recorded. */
@ApiTags('parked')
@Controller('v1/parked')
export class ParkedController {
  constructor(private readonly commands: CommandBus) {}

  @Post('replay')
  @Roles('administrator')
  @ApiOperation({ summary: 'Project a stream anew, from its first event' })
  @ApiResponse({ status: 201, description: 'Decided; the projector carries it out' })
  @ApiResponse(NOT_FOUND)
  async replay(@Commanding() by: Commanded, @Body() { stream, ...decision }: ReplayParkedRequest): Promise<object> {
    return by.answer(
      await this.commands.execute(new DecideParked(by.viewer, by.call, stream, { type: 'replay', ...decision })),
    );
  }

  @Post('discard')
  @Roles('administrator')
  @ApiOperation({ summary: 'Let events of a stream have no effect on the graph' })
  @ApiResponse({ status: 201, description: 'Decided; the projector carries it out' })
  @ApiResponse({ status: 409, description: 'Discarded already' })
  @ApiResponse(NOT_FOUND)
  async discard(@Commanding() by: Commanded, @Body() { stream, ...decision }: DiscardParkedRequest): Promise<object> {
    return by.answer(
      await this.commands.execute(new DecideParked(by.viewer, by.call, stream, { type: 'discard', ...decision })),
    );
  }
}
