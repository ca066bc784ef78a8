import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsString, Length, Matches } from 'class-validator';
import { Part, Parts } from '#runtime';
import { EntityRequest } from '../assertions/assertion-requests.js';
import { MarkingRequest } from '../assertions/term-requests.js';
import { INSTANT, PurposeRequest, ReasonRequest } from '../permissions/requests.js';

const MAX_ENTITIES = 200;
const MAX_CONTACT = 200;
const UNTIL = 'until must be a time in UTC like 2026-11-24T12:00:00Z';

export class DeclareInterestRequest extends PurposeRequest {
  @ApiProperty({ type: [EntityRequest], description: 'Identifiers that you want to be asked about before others act' })
  @Parts(() => EntityRequest, { least: 1, most: MAX_ENTITIES })
  entities: EntityRequest[];

  @ApiProperty({
    description: 'It never shows, not even as a hold: you are told of each check, and nobody else of anything',
  })
  @IsBoolean()
  covert: boolean;

  @ApiProperty({ description: 'Whom the deconfliction desk calls', example: 'Border Unit duty desk, 020 7946 0000' })
  @IsString()
  @Length(1, MAX_CONTACT)
  contact: string;

  @ApiProperty({ example: '2027-05-01T12:00:00Z', description: 'At most 366 days from now' })
  @Matches(INSTANT, { message: UNTIL })
  until: string;

  @ApiProperty()
  @Part(() => MarkingRequest)
  marking: MarkingRequest;
}

export class KeepHoldRequest extends ReasonRequest {
  @ApiProperty({ example: '2026-11-29T12:00:00Z', description: 'At most 14 days from the check' })
  @Matches(INSTANT, { message: UNTIL })
  until: string;
}
