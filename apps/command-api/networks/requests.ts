import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsString, Length, Matches } from 'class-validator';
import {
  DATA_SUBJECT_CATEGORIES,
  DATED,
  NETWORK_ROLES,
  NETWORK_STATUSES,
  type DataSubjectCategory,
  type NetworkRole,
  type NetworkStatus,
} from '#events';
import { Part, Parts } from '#runtime';
import { EntityRequest } from '../assertions/assertion-requests.js';
import { UUID } from '../assertions/limits.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { ReasonedRequest } from '../assertions/said-under-request.js';
import type { AssessGiven, EndGiven, MemberGiven, MembersGiven, MergeGiven } from './network.js';
import type { ReviseGiven } from './revise.js';
import type { SplitGiven } from './split.js';

/** What one call can name; more are several calls. */
const MOST = 64;
const MOST_ALIASES = 50;
const LONGEST = 200;

const isText = (...more: PropertyDecorator[]): PropertyDecorator =>
  applyDecorators(...more, IsString(), Length(1, LONGEST), Matches(/\S/, { message: '$property must say something' }));

const dated = (description: string, example: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ description, example }),
    MayBeAbsent(),
    Matches(new RegExp(DATED), { message: '$property must be like 2026, 2026-03, 2026-03-09 or 2026-03-09T21:15:00Z' }),
  );

const aliases = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: [String], maxItems: MOST_ALIASES, example: ['The Ferrymen'] }),
    MayBeAbsent(),
    IsArray(),
    ArrayMaxSize(MOST_ALIASES),
    IsString({ each: true }),
    Length(1, LONGEST, { each: true }),
  );

const listOf = (item: () => new () => object): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: item, isArray: true, minItems: 1, maxItems: MOST }),
    Parts(item, { least: 1, most: MOST }),
  );

const NAME = { maxLength: LONGEST, example: 'Tern' };
const THREAT = { maxLength: LONGEST, description: 'How grave it is, in the words of your own scheme', example: 'high' };
const STATUS = { enum: NETWORK_STATUSES, example: 'active' };

export class AssessRequest extends ReasonedRequest implements AssessGiven {
  @isText(ApiProperty(NAME))
  name: string;

  @aliases()
  aliases?: string[];

  @isText(ApiProperty(THREAT))
  threat: string;

  @ApiProperty(STATUS)
  @IsIn(NETWORK_STATUSES)
  status: NetworkStatus;
}

export class ReviseRequest extends ReasonedRequest implements ReviseGiven {
  @isText(ApiPropertyOptional(NAME), MayBeAbsent())
  name?: string;

  @aliases()
  aliases?: string[];

  @isText(ApiPropertyOptional(THREAT), MayBeAbsent())
  threat?: string;

  @ApiPropertyOptional(STATUS)
  @MayBeAbsent()
  @IsIn(NETWORK_STATUSES)
  status?: NetworkStatus;
}

class MemberRequest implements MemberGiven {
  @ApiProperty()
  @Part(() => EntityRequest)
  entity: EntityRequest;

  @ApiProperty({ enum: NETWORK_ROLES, example: 'transporter' })
  @IsIn(NETWORK_ROLES)
  role: NetworkRole;

  @dated('First time at which it was a member, cut where knowledge ends', '2026-03')
  from?: string;

  @dated('Last time at which it was a member', '2026-06')
  to?: string;

  @ApiPropertyOptional({
    enum: DATA_SUBJECT_CATEGORIES,
    description: 'Of a person: what the person is in it (R10). Left out it is uncategorised, and due to be said',
    example: 'suspect',
  })
  @MayBeAbsent()
  @IsIn(DATA_SUBJECT_CATEGORIES)
  category?: DataSubjectCategory;
}

export class MembersRequest extends ReasonedRequest implements MembersGiven {
  @listOf(() => MemberRequest)
  members: MemberRequest[];
}

class FormerMemberRequest {
  @ApiProperty()
  @Part(() => EntityRequest)
  entity: EntityRequest;

  @dated('First time at which it was no member any more; left out, it never was one', '2026-06')
  from?: string;
}

export class EndRequest extends ReasonedRequest implements EndGiven {
  @listOf(() => FormerMemberRequest)
  members: FormerMemberRequest[];
}

export class MergeRequest extends ReasonedRequest implements MergeGiven {
  @ApiProperty({ description: 'Id of the network that takes it in', format: 'uuid' })
  @Matches(UUID, { message: 'into must be the id of a network' })
  into: string;

  @dated('First time at which it was part of the other', '2026-05')
  from?: string;
}

export class SplitRequest extends AssessRequest implements SplitGiven {
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: MOST,
    description: 'Ids of the assertions by which the members that go along are members; everybody else stays',
    example: ['0193a1f2-7c00-7000-8000-000000000001'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST)
  @Matches(UUID, { each: true, message: 'each value in memberships must be the id of an assertion' })
  memberships: string[];

  @dated('First time at which they were apart', '2026-05')
  from?: string;
}
