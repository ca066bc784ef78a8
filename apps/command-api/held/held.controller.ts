import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { Caller, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { consulted } from '../work-list/consulted.js';
import { heldBy, ownItem, type Held } from './held.js';

const ITEM = /^[a-z][a-z-]{0,39}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

class HeldQuery {
  @ApiProperty({
    example: 'assertion-0193d6f2-6b2c-7c3e-9a54-2f6f2e9b1c01',
    description: 'An assertion, referral or removal: its kind and id',
  })
  @Matches(ITEM, { message: 'item must be a kind and an id, like assertion-0193d6f2-6b2c-7c3e-9a54-2f6f2e9b1c01' })
  item: string;
}

/** Who still holds what your own organisation said (R12, R26): for whoever has to take something back, and to answer for it. */
@ApiTags('disclosures')
@Controller('v1/held')
export class HeldController {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  @Get()
  @Roles('authoriser', 'auditor')
  @ApiOperation({
    summary:
      'To whom an item of your organisation went, by which channel, when, on what ground, and what became of recalls',
  })
  @ApiOkResponse({
    description:
      '{item, recipients: [{organisation, name, deliveries: [{event, type, channel, at, ground, recall?: {notice, reason, state, dueAt, ' +
      'answeredAt?}}], disclosures: [{by, times, first, last}]}], truncated}; state: pending, applied, refused, not-held, overdue',
  })
  held(@Caller() viewer: Viewer, @Purpose() purpose: string, @Query() { item }: HeldQuery): Promise<Held> {
    return consulted(this.log, { viewer, purpose, ids: [item], reason: 'item.held' }, async (read) => {
      const events = await ownItem(read, viewer, item);
      return { answer: await heldBy(read, viewer.organisation, item, events) };
    });
  }
}
