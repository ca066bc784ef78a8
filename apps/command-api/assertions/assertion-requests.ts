import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import {
  DATA_SUBJECT_CATEGORIES,
  DATED,
  ENTITY_KINDS,
  MAX_STATEMENTS,
  MAX_TEXT,
  NETWORK_ROLES,
  RELATION_TYPES,
  type DataSubjectCategory,
  type EntityKind,
  type NetworkRole,
  type RelationType,
} from '#events';
import { Part, Parts } from '#runtime';
import type { AssertionGiven, EntityGiven, StatementGiven } from './given.js';
import { IsLiteral } from './is-literal.js';
import { LIMITS, PURPOSE } from './limits.js';
import { MayBeAbsent } from './may-be-absent.js';
import { SaidUnderRequest } from './said-under-request.js';
import { GradingRequest, MarkingRequest } from './term-requests.js';

/**
 * The form of an assertion over HTTP: types, lengths and closed lists, each fault with its pointer. What the parts mean
 * together is decided in `assertion.ts`, for single calls and bulk alike.
 */
export class EntityRequest implements EntityGiven {
  @ApiProperty({ enum: ENTITY_KINDS, example: 'phone-number' })
  @IsIn(ENTITY_KINDS)
  kind: EntityKind;

  @ApiProperty({
    description: 'As written; its canonical form is found here',
    example: '+44 7700 900123',
    maxLength: LIMITS.value,
  })
  @IsString()
  @Length(1, LIMITS.value)
  value: string;

  @ApiPropertyOptional({ description: 'Region (ISO 3166) in which a national number is read', example: 'GB' })
  @MayBeAbsent()
  @Matches(/^[A-Za-z]{2}$/, { message: 'region must be two letters' })
  region?: string;

  @ApiPropertyOptional({
    description:
      'Platform of an account, handle, group, invite or item; register of a person, vehicle, incident, place or object',
    example: 'telegram',
  })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.platform)
  platform?: string;
}

export class StatementRequest implements StatementGiven {
  @ApiProperty({ enum: RELATION_TYPES, example: 'USES_NUMBER' })
  @IsIn(RELATION_TYPES)
  relation: RelationType;

  @ApiPropertyOptional({ description: 'What the statement leads to; absent for a literal (STATED)' })
  @MayBeAbsent()
  @Part(() => EntityRequest)
  object?: EntityRequest;

  @ApiPropertyOptional({ description: 'For a literal: what is stated', example: 'colour' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.property)
  property?: string;

  @ApiPropertyOptional({
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }],
    description: `Text of at most ${MAX_TEXT} characters, number, true or false`,
  })
  @MayBeAbsent()
  @IsLiteral()
  value?: string | number | boolean;

  @ApiPropertyOptional({ example: 'km/h' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.unit)
  unit?: string;

  @ApiPropertyOptional({
    description: 'First time at which it was true, in UTC, cut where knowledge ends',
    example: '2026-03',
  })
  @MayBeAbsent()
  @Matches(new RegExp(DATED), { message: 'from must be like 2026, 2026-03, 2026-03-09 or 2026-03-09T21:15:00Z' })
  from?: string;

  @ApiPropertyOptional({ description: 'Last time at which it was true', example: '2026-03-09T21:15Z' })
  @MayBeAbsent()
  @Matches(new RegExp(DATED), { message: 'to must be like 2026, 2026-03, 2026-03-09 or 2026-03-09T21:15:00Z' })
  to?: string;

  @ApiPropertyOptional({ minimum: 0, maximum: 100, example: 80 })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(100)
  confidence?: number;

  @ApiPropertyOptional({ description: 'How often it was seen', minimum: 1, example: 3 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(LIMITS.count)
  count?: number;

  @ApiPropertyOptional({
    enum: DATA_SUBJECT_CATEGORIES,
    description:
      'On a link between a person and an incident, network or referral: what the person is in it. Left out it is ' +
      'uncategorised, with a day by which somebody has to say; nobody is a suspect by default.',
    example: 'witness',
  })
  @MayBeAbsent()
  @IsIn(DATA_SUBJECT_CATEGORIES)
  category?: DataSubjectCategory;

  @ApiPropertyOptional({
    enum: NETWORK_ROLES,
    description: 'On MEMBER_OF into a network: what the member does in it',
    example: 'transporter',
  })
  @MayBeAbsent()
  @IsIn(NETWORK_ROLES)
  role?: NetworkRole;
}

export class MakeAssertionRequest extends SaidUnderRequest implements AssertionGiven {
  @ApiProperty({ description: 'Whom or what it is about' })
  @Part(() => EntityRequest)
  subject: EntityRequest;

  @ApiProperty({ type: [StatementRequest], minItems: 1, maxItems: MAX_STATEMENTS })
  @Parts(() => StatementRequest, { least: 1, most: MAX_STATEMENTS })
  statements: StatementRequest[];

  @ApiPropertyOptional({
    description: "The sender's own reference, unique within the organisation",
    example: 'case-17/statement-3',
  })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.reference)
  reference?: string;
}

export class WithdrawAssertionRequest {
  @ApiProperty({ example: 'The number belongs to a relative.' })
  @IsString()
  @MaxLength(LIMITS.reason)
  @Matches(/\S/, { message: 'reason must say something' })
  reason: string;

  @ApiProperty({ example: 'operation-tern' })
  @Matches(PURPOSE, { message: 'purpose must be a code of at most 100 letters, digits, spaces and . _ : / -' })
  purpose: string;

  @ApiPropertyOptional({
    description: 'Best left out: a withdrawal carries the marking of the assertion, any other is refused',
  })
  @MayBeAbsent()
  @Part(() => MarkingRequest)
  marking?: MarkingRequest;
}

export class RegradeAssertionRequest {
  @ApiPropertyOptional({ description: 'The new marking, whole; left out, it stays as it is' })
  @MayBeAbsent()
  @Part(() => MarkingRequest)
  marking?: MarkingRequest;

  @ApiPropertyOptional({ description: 'The new grading; left out, it stays as it is. The first one is kept beside it' })
  @MayBeAbsent()
  @Part(() => GradingRequest)
  grading?: GradingRequest;

  @ApiProperty({ example: 'A second source contradicts the first.' })
  @IsString()
  @MaxLength(LIMITS.reason)
  @Matches(/\S/, { message: 'reason must say something' })
  reason: string;

  @ApiProperty({ example: 'operation-tern' })
  @Matches(PURPOSE, { message: 'purpose must be a code of at most 100 letters, digits, spaces and . _ : / -' })
  purpose: string;
}
