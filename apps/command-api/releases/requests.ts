import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import {
  MAX_STATEMENTS,
  MAX_TEXT,
  RELEASE_FORMS,
  RELEASE_RULES,
  type ReleaseForm,
  type ReleaseRule,
  type ReleasedStatement,
} from '#events';
import { GSC, TLP } from '#access';
import { Parts } from '#runtime';
import { LIMITS, UUID } from '../assertions/limits.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { INSTANT, PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import type { ReleaseGiven } from './weigh.js';

/** Most names of recipients in one request; a group counts as one. */
const MAX_NAMES = 50;

class ChosenStatement implements ReleasedStatement {
  @ApiProperty({ description: 'Place of the statement in the original, from 0' })
  @IsInt()
  @Min(0)
  @Max(MAX_STATEMENTS - 1)
  index: number;

  @ApiPropertyOptional({ description: 'Other words for the value of a literal, in a sanitised copy' })
  @MayBeAbsent()
  @IsString()
  @Length(1, MAX_TEXT)
  value?: string;
}

export class ReleaseRequest extends PurposeRequest implements ReleaseGiven {
  @ApiProperty({ format: 'uuid', description: 'Assertion to hand over a copy of' })
  @Matches(UUID, { message: 'item must be the id of an assertion' })
  item: string;

  @ApiProperty({ enum: RELEASE_FORMS })
  @IsIn(RELEASE_FORMS)
  form: ReleaseForm;

  @ApiPropertyOptional({ type: [ChosenStatement], description: 'All where it is left out and there are no words' })
  @MayBeAbsent()
  @Parts(() => ChosenStatement, { most: MAX_STATEMENTS })
  statements?: ChosenStatement[];

  @ApiPropertyOptional({ description: 'An agreed form of words, in place of or beside the statements' })
  @MayBeAbsent()
  @IsString()
  @Length(1, MAX_TEXT)
  @Matches(/\S/, { message: 'words must say something' })
  words?: string;

  @ApiPropertyOptional({ enum: GSC, description: 'Of the copy; that of the original where it is left out' })
  @MayBeAbsent()
  @IsIn(GSC)
  gsc?: string;

  @ApiPropertyOptional({ enum: TLP, description: 'Of the copy; that of the original where it is left out' })
  @MayBeAbsent()
  @IsIn(TLP)
  tlp?: string;

  @ApiProperty({
    type: [String],
    description: 'Ids of organisations, names of groups, and agreements of yours by id or group',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_NAMES)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, LIMITS.code, { each: true })
  recipients: string[];
}

export class HoldRequest extends ReasonRequest {
  @ApiProperty({ example: '2026-11-24T12:00:00Z', description: 'When the hold ends by itself; at most 30 days' })
  @Matches(INSTANT, { message: 'until must be a time in UTC like 2026-11-24T12:00:00Z' })
  until: string;
}

export class ReleaseRuleRequest extends PurposeRequest {
  @ApiProperty({
    enum: RELEASE_RULES,
    description:
      'one-person: one authoriser; two-persons: one who has not proposed it; two-approvers: two who have not proposed it',
  })
  @IsIn(RELEASE_RULES)
  rule: ReleaseRule;
}
