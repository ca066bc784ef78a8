import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { Caller, Purpose, Roles, type AuditProof, type ChainPage, type Viewer } from '#access';
import { toBoolean } from '#runtime';
import { PageLimit } from '../page-limit.js';
import { AuditReader, type EntryPage } from './audit-reader.js';
import { SUBJECT_KINDS } from './subject-ids.js';

/** Whoever verifies reads everything. */
const MAX_CHAIN = 2_000;

class PlacesQuery {
  @ApiPropertyOptional({ type: Number, minimum: 0, default: 0, description: 'Place of the last entry already read.' })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER - MAX_CHAIN)
  after = 0;
}

class PageQuery extends PlacesQuery {
  @PageLimit(50)
  limit = 50;
}

class CheckpointQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['yes', 'no'], default: 'no', description: 'Only the newest one.' })
  @Transform(toBoolean)
  @IsBoolean({ message: '$property must be yes or no' })
  newest = false;
}

class ChainQuery extends PlacesQuery {
  @PageLimit(500, MAX_CHAIN)
  limit = 500;
}

class EntryPath {
  @ApiProperty({ description: 'Number of the entry (`seq`)' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  seq: number;
}

export class SubjectRequest extends PageQuery {
  @ApiPropertyOptional({ description: 'Public id of an entity, id of an event or assertion, name of a stream.' })
  @IsOptional()
  @Matches(/^[a-z0-9-]{1,100}$/, { message: '$property must be an id: lower-case letters, digits and dashes' })
  id?: string;

  @ApiPropertyOptional({ example: '+44 7700 900123', description: 'An identifier instead. It is not kept.' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  value?: string;

  @ApiPropertyOptional({ enum: SUBJECT_KINDS, description: 'Kind of the identifier, where it is known.' })
  @IsOptional()
  @IsIn(SUBJECT_KINDS)
  kind?: string;

  @ApiPropertyOptional({ example: 'instagram' })
  @IsOptional()
  @Matches(/^[a-z0-9-]{1,40}$/, { message: '$property must be the name of a platform' })
  platform?: string;

  @ApiPropertyOptional({ example: 'GB', description: 'Region in which national numbers are read.' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: '$property must be two capital letters (ISO 3166)' })
  region?: string;
}

const ENTRIES = { description: '{entries: [{place, hash, entry}], truncated}' };

/** Who did what, when and why: to read, to prove and to verify. Reading it is itself an act that stands in it. */
@ApiTags('audit')
@Roles('auditor')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly reader: AuditReader) {}

  @Get('entries')
  @ApiOperation({
    summary: "Acts of your organisation's members, oldest first; for auditors of the operators: all acts",
  })
  @ApiOkResponse(ENTRIES)
  entries(@Caller() viewer: Viewer, @Purpose() purpose: string, @Query() page: PageQuery): Promise<EntryPage> {
    return this.reader.entries({ viewer, purpose }, page);
  }

  @Post('subject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Who looked at something or changed it, when and why' })
  @ApiOkResponse(ENTRIES)
  subject(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Body() { after, limit, ...given }: SubjectRequest,
  ): Promise<EntryPage> {
    return this.reader.subject({ viewer, purpose }, given, { after, limit });
  }

  @Get('entries/:seq/proof')
  @ApiOperation({ summary: 'A proof that an entry stands in the audit, to be checked offline with the public key' })
  @ApiOkResponse({ description: 'breakwater-audit-proof-1' })
  proof(@Caller() viewer: Viewer, @Purpose() purpose: string, @Param() { seq }: EntryPath): Promise<AuditProof> {
    return this.reader.proof({ viewer, purpose }, seq);
  }

  @Get('checkpoints')
  @ApiOperation({ summary: 'Signed checkpoints (compact JWS), to be kept elsewhere; each carries its public key' })
  @ApiOkResponse({ description: '{checkpoints, after}' })
  checkpoints(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() page: CheckpointQuery,
  ): Promise<{ checkpoints: string[]; after: number }> {
    return this.reader.checkpoints({ viewer, purpose }, page);
  }

  @Get('chain')
  @ApiOperation({
    summary: 'A stretch of the chain to verify: your entries, the others as hashes, and the checkpoints',
  })
  @ApiOkResponse({ description: '{links, checkpoints, strays, head}' })
  chain(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() page: ChainQuery,
  ): Promise<ChainPage & { head: number }> {
    return this.reader.chain({ viewer, purpose }, page);
  }
}
