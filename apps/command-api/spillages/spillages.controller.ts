import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { IdPageQuery } from '../organisations/requests.js';
import { SpillageList, type ListedSpillage } from './spillage-list.js';

/** Attempts to bring in what is marked above OFFICIAL: each one is an incident that the organisation has to follow up. */
@ApiTags('spillages')
@Controller('v1/spillages')
export class SpillagesController {
  constructor(private readonly list: SpillageList) {}

  @Get()
  @Roles('authoriser', 'administrator')
  @ApiOperation({ summary: 'Spillages of your organisation: who sent something marked above OFFICIAL, when and where' })
  @ApiOkResponse({ description: '{rows: [{spillage, at, subject, where, code, count}], truncated, after?}' })
  spillages(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() page: IdPageQuery,
  ): Promise<{ rows: ListedSpillage[] }> {
    return this.list.page(viewer, purpose, page);
  }
}
