import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
} from 'class-validator';
import { ORGANISATION_KINDS, ROLES, type OrganisationKind, type Role } from '#events';
import { PURPOSE, UUID } from '../assertions/limits.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { PageLimit } from '../page-limit.js';

export const NAME = /^[a-z0-9][a-z0-9-]{0,99}$/;
/** A platform as canonical identifiers name it: by name, or by the host of its site. */
const PLATFORM_NAME = /^[a-z0-9][a-z0-9.-]{0,99}$/;
/** No control or format characters: two names that look the same must be the same. */
export const PRINTABLE = /^[^\p{C}]+$/u;

/** Addresses of an organisation. */
export class OrganisationPath {
  @ApiProperty({ format: 'uuid' })
  @Matches(UUID, { message: '$property must be a UUID in lower case' })
  organisation: string;
}

export class RegisterOrganisationRequest {
  @ApiProperty({ format: 'uuid', description: 'Chosen by the caller.' })
  @IsUUID()
  @Matches(UUID, { message: '$property must be a UUID in lower case' })
  organisation: string;

  @ApiProperty({ maxLength: 200 })
  @IsString()
  @Length(1, 200)
  @Matches(PRINTABLE, { message: '$property must hold printable characters only' })
  name: string;

  @ApiProperty({ enum: ORGANISATION_KINDS })
  @IsIn(ORGANISATION_KINDS)
  kind: OrganisationKind;

  @ApiProperty({
    type: [String],
    description: 'Named groups that it belongs to; what is released to a group is released to it.',
  })
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @Matches(NAME, { each: true, message: '$property must be names of lower-case letters, digits and dashes' })
  groups: string[];

  @ApiPropertyOptional({
    type: [String],
    example: ['lumen', 'youtube'],
    description:
      'For a platform: the platforms that it answers for, as identifiers name them; left out, it may be asked about any.',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @Matches(PLATFORM_NAME, {
    each: true,
    message: '$property must be names of platforms, like youtube or forum.example',
  })
  platforms?: string[];

  @ApiProperty({ maxLength: 100, description: 'Code of the operation or reason.' })
  @Matches(PURPOSE, { message: '$property must be a code of at most 100 characters' })
  purpose: string;
}

export class RegroupOrganisationRequest {
  @ApiProperty({ type: [String], description: 'The groups that it belongs to from now on, and no others.' })
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @Matches(NAME, { each: true, message: '$property must be names of lower-case letters, digits and dashes' })
  groups: string[];

  @ApiProperty({ maxLength: 100, description: 'Code of the operation or reason.' })
  @Matches(PURPOSE, { message: '$property must be a code of at most 100 characters' })
  purpose: string;
}

class PageQuery {
  @PageLimit(100)
  limit = 100;
}

export class IdPageQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: '"after" of the page before' })
  @IsOptional()
  @Matches(UUID, { message: '$property must be as the page before gave it' })
  after?: string;
}

export class MembersQuery extends PageQuery {
  @ApiPropertyOptional({ description: '"after" of the page before' })
  @IsOptional()
  @Matches(/^[\w-]{1,4000}$/, { message: '$property must be as the page before gave it' })
  after?: string;
}

/** A member by what its tokens say. */
class MemberRequest {
  @ApiProperty({ description: 'Issuer of the member’s access tokens.' })
  @IsString()
  @Length(1, 500)
  @Matches(PRINTABLE, { message: '$property must hold printable characters only' })
  issuer: string;

  @ApiProperty({ description: 'Subject of the member’s access tokens; never an e-mail address.' })
  @IsString()
  @Length(1, 255)
  @Matches(/^[^\p{C}@]+$/u, { message: '$property must be a stable subject id and no e-mail address' })
  subject: string;

  @ApiProperty({ maxLength: 100 })
  @Matches(PURPOSE, { message: '$property must be a code of at most 100 characters' })
  purpose: string;
}

export class AdmitMemberRequest extends MemberRequest {
  @ApiProperty({ enum: ROLES, isArray: true })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(ROLES, { each: true })
  roles: Role[];

  @ApiProperty({ type: [String] })
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @Matches(NAME, { each: true, message: '$property must be names of lower-case letters, digits and dashes' })
  compartments: string[];
}

export class RemoveMemberRequest extends MemberRequest {
  @ApiProperty({ maxLength: 2000 })
  @IsString()
  @Length(1, 2000)
  @MaxLength(2000)
  reason: string;
}
