import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { DATED, MAX_STATEMENTS } from '#events';
import { Part, Parts } from '#runtime';
import { EntityRequest } from '../assertions/assertion-requests.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { ReasonedRequest } from '../assertions/said-under-request.js';
import { PurposeRequest } from '../permissions/requests.js';
import { IDENTITY_ACTS, type DemotionGiven, type IdentityAct, type IdentityGiven } from './identity.js';

const MOST_OTHERS = MAX_STATEMENTS - 1;
const DATE = new RegExp(DATED);
const DATE_FORM = '$property must be like 2026, 2026-03, 2026-03-09 or 2026-03-09T21:15:00Z';

export class IdentityRequest extends ReasonedRequest implements IdentityGiven {
  @ApiProperty({
    enum: IDENTITY_ACTS,
    description:
      'same, merge: the subject and each of the others are one. not-same, split: the subject is none of them',
    example: 'same',
  })
  @IsIn(IDENTITY_ACTS)
  act: IdentityAct;

  @ApiProperty()
  @Part(() => EntityRequest)
  subject: EntityRequest;

  @ApiProperty({
    type: [EntityRequest],
    minItems: 1,
    maxItems: MOST_OTHERS,
    description: 'Of the same kind as the subject',
  })
  @Parts(() => EntityRequest, { least: 1, most: MOST_OTHERS })
  others: EntityRequest[];

  @ApiPropertyOptional({ minimum: 0, maximum: 100, description: 'How sure you are', example: 80 })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(100)
  confidence?: number;
}

export class DemotionRequest extends ReasonedRequest implements DemotionGiven {
  @ApiProperty({ description: 'What clusters, key players and paths shall not be walked through' })
  @Part(() => EntityRequest)
  subject: EntityRequest;

  @ApiPropertyOptional({ description: 'First time at which it binds nobody', example: '2026-03' })
  @MayBeAbsent()
  @Matches(DATE, { message: DATE_FORM })
  from?: string;

  @ApiPropertyOptional({ description: 'Last time at which it binds nobody', example: '2026-06' })
  @MayBeAbsent()
  @Matches(DATE, { message: DATE_FORM })
  to?: string;
}

export class ReKeyRequest extends PurposeRequest {
  @ApiPropertyOptional({ description: 'From the answer before: where it stopped.' })
  @MayBeAbsent()
  @Matches(/^[\w-]{1,400}$/, { message: '$property must be as the answer before gave it' })
  after?: string;
}
