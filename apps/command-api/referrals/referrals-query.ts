import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { REFERRAL_STATUSES } from '#casework';
import { THEMES } from '#events';
import { UUID } from '../assertions/limits.js';
import { PageLimit } from '../page-limit.js';

/** What a list of referrals can be asked for. */
export class ReferralsQuery {
  @PageLimit(50)
  limit = 50;

  @ApiPropertyOptional({ enum: REFERRAL_STATUSES, isArray: true })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsArray()
  @ArrayMaxSize(REFERRAL_STATUSES.length)
  @IsIn(REFERRAL_STATUSES, { each: true })
  state?: string[];

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @Matches(UUID, { message: 'platform must be the id of an organisation' })
  platform?: string;

  @ApiPropertyOptional({ enum: THEMES })
  @IsOptional()
  @IsIn(THEMES)
  theme?: string;

  @ApiPropertyOptional({ description: 'Your own reference' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  reference?: string;

  @ApiPropertyOptional({ description: 'Public id of an item’s entity' })
  @IsOptional()
  @Matches(/^[0-9a-f]{32}$/, { message: 'entity must be the public id of an entity' })
  entity?: string;

  @ApiPropertyOptional({ description: '"after" of the page before' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  after?: string;
}
