import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { MAX_ASKED_FOR, OUTWARD_ACTIONS, type OutwardAction } from '#events';
import { LIMITS, PURPOSE, UUID } from '../assertions/limits.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import type { AskGiven } from './change-permission.js';

/** An instant in UTC, to the second or finer. */
export const INSTANT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?Z$/;

/** What each decision says: what for. */
export class PurposeRequest {
  @ApiProperty({ example: 'operation-tern', description: 'Operation or reason code' })
  @Matches(PURPOSE, { message: 'purpose must be a code of at most 100 letters, digits, spaces and . _ : / -' })
  purpose: string;
}

/** A decision that says why, in words. */
export class ReasonRequest extends PurposeRequest {
  @ApiProperty({ maxLength: LIMITS.reason, example: 'It would show who told us.' })
  @IsString()
  @MaxLength(LIMITS.reason)
  @Matches(/\S/, { message: 'reason must say something' })
  reason: string;
}

export class AskPermissionRequest extends PurposeRequest implements AskGiven {
  @ApiProperty({ type: [String], description: 'Events that it is asked for, all of one originator' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_ASKED_FOR)
  @ArrayUnique()
  @Matches(UUID, { each: true, message: 'each value in of must be the id of an event' })
  of: string[];

  @ApiProperty({ enum: OUTWARD_ACTIONS, description: 'act: use it towards the outside; disclose: pass it on' })
  @IsIn(OUTWARD_ACTIONS)
  action: OutwardAction;

  @ApiProperty({ format: 'uuid', description: 'Organisation towards which the act is directed' })
  @Matches(UUID, { message: 'recipient must be the id of an organisation' })
  recipient: string;

  @ApiProperty({ maxLength: LIMITS.reason, example: 'A referral of this account to its platform, without its source.' })
  @IsString()
  @MaxLength(LIMITS.reason)
  @Matches(/\S/, { message: 'terms must say something' })
  terms: string;

  @ApiPropertyOptional({ example: '2026-11-24T12:00:00Z', description: 'By when an answer is needed' })
  @MayBeAbsent()
  @Matches(INSTANT, { message: 'dueAt must be a time in UTC like 2026-11-24T12:00:00Z' })
  dueAt?: string;
}

export class GrantPermissionRequest extends PurposeRequest {
  @ApiPropertyOptional({
    maxLength: LIMITS.reason,
    description: 'On which terms; those asked for where it is left out',
  })
  @MayBeAbsent()
  @IsString()
  @MaxLength(LIMITS.reason)
  @Matches(/\S/, { message: 'terms must say something' })
  terms?: string;

  @ApiPropertyOptional({
    example: '2026-12-24T12:00:00Z',
    description: 'Until when it holds; until revoked where left out',
  })
  @MayBeAbsent()
  @Matches(INSTANT, { message: 'until must be a time in UTC like 2026-12-24T12:00:00Z' })
  until?: string;
}

export class HoldPermissionRequest extends ReasonRequest {
  @ApiProperty({ example: '2026-11-24T12:00:00Z', description: 'When the hold ends by itself; at most 30 days' })
  @Matches(INSTANT, { message: 'until must be a time in UTC like 2026-11-24T12:00:00Z' })
  until: string;
}

/** Addresses of a thing that has an id. */
export class IdPath {
  @ApiProperty({ format: 'uuid' })
  @Matches(UUID, { message: '$property must be a UUID in lower case' })
  id: string;
}
