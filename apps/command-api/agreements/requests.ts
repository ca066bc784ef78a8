import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsISO8601,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import { MAX_PARTIES } from '#events';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { PURPOSE, UUID } from '../assertions/limits.js';
import { NAME, PRINTABLE } from '../organisations/requests.js';

const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/;
const MOMENT_FORM = '$property must be a day like 2026-12-24 or a moment like 2026-12-24T18:00:00Z';
const EXISTS = '$property must be a day that exists';

export class AgreementPath {
  @ApiProperty({ format: 'uuid' })
  @Matches(UUID, { message: '$property must be a UUID in lower case' })
  agreement: string;
}

class Purposeful {
  @ApiProperty({ maxLength: 100, description: 'Code of the operation or reason.', example: 'operation-tern' })
  @Matches(PURPOSE, { message: '$property must be a code of at most 100 characters' })
  purpose: string;
}

export class MakeAgreementRequest extends Purposeful {
  @ApiProperty({
    description:
      'Name of the group that its parties become. Where the caller is no operator it is given the end of the agreement’s id, ' +
      'so that nothing can have been released to it before; the answer says the whole name.',
    example: 'channel-watch',
  })
  @Matches(NAME, { message: '$property must be a name of lower-case letters, digits and dashes' })
  group: string;

  @ApiProperty({ maxLength: 200, example: 'Exchange on small-boat advertisements' })
  @IsString()
  @Length(1, 200)
  @Matches(PRINTABLE, { message: '$property must hold printable characters only' })
  title: string;

  @ApiProperty({ type: [String], description: 'Ids of the organisations; each but your own has to agree itself.' })
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(MAX_PARTIES)
  @ArrayUnique()
  @Matches(UUID, { each: true, message: '$property must be UUIDs in lower case' })
  parties: string[];

  @ApiProperty({ description: 'First day, or first moment, in UTC', example: '2026-12-01' })
  @Matches(MOMENT, { message: MOMENT_FORM })
  @IsISO8601({ strict: true }, { message: EXISTS })
  from: string;

  @ApiPropertyOptional({ description: 'Last day, or the moment at which it is over', example: '2027-11-30' })
  @MayBeAbsent()
  @Matches(MOMENT, { message: MOMENT_FORM })
  @IsISO8601({ strict: true }, { message: EXISTS })
  until?: string;
}

export class JoinAgreementRequest extends Purposeful {}

export class EndAgreementRequest extends Purposeful {
  @ApiProperty({ maxLength: 2000, example: 'The operation is over.' })
  @IsString()
  @Length(1, 2000)
  @Matches(/\S/, { message: '$property must say something' })
  reason: string;
}
