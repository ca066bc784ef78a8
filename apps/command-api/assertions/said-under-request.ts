import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, Length, Matches, MaxLength } from 'class-validator';
import { Part } from '#runtime';
import type { SaidUnder } from './given.js';
import { LIMITS, PURPOSE, UUID } from './limits.js';
import { MayBeAbsent } from './may-be-absent.js';
import { GradingRequest, MarkingRequest, StatementKindRequest, TimeRequest } from './term-requests.js';

/** The terms under which something is said, over HTTP: of an assertion, and of all that is decided about identity and networks. */
export class SaidUnderRequest implements SaidUnder {
  @ApiProperty()
  @Part(() => GradingRequest)
  grading: GradingRequest;

  @ApiProperty()
  @Part(() => MarkingRequest)
  marking: MarkingRequest;

  @ApiProperty()
  @Part(() => StatementKindRequest)
  statementKind: StatementKindRequest;

  @ApiProperty()
  @Part(() => TimeRequest)
  time: TimeRequest;

  @ApiPropertyOptional({
    description: 'Report or source that it goes back to; without it independent corroboration cannot be counted',
    example: 'report 2026/417',
  })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.origin)
  origin?: string;

  @ApiPropertyOptional({ description: 'Ids of the events that it rests on', example: [] })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(LIMITS.basis)
  @Matches(UUID, { each: true, message: 'each value in basis must be the id of an event' })
  basis?: string[];

  @ApiProperty({ description: 'Operation or reason code', example: 'operation-tern' })
  @Matches(PURPOSE, { message: 'purpose must be a code of at most 100 letters, digits, spaces and . _ : / -' })
  purpose: string;
}

/** The same with the reason of whoever decides. */
export class ReasonedRequest extends SaidUnderRequest {
  @ApiProperty({ maxLength: LIMITS.reason, example: 'Both answer to the same number and post the same boats.' })
  @IsString()
  @MaxLength(LIMITS.reason)
  @Matches(/\S/, { message: 'reason must say something' })
  reason: string;
}
