import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { Caller, EvenDeparted, EVENT_LOG, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { Problem } from '#runtime';
import { MAX_DELIVERIES } from '../deliveries/deliveries.js';
import { onTheWire } from '../deliveries/delivery.js';
import type { Feed } from '../deliveries/feed.js';
import { TEST_FEED } from '../test-collection/test-feed.js';
import { Feeds } from './feeds.js';
import { feedsOf, healthOfFeed, type FeedHealth } from './health.js';

export class FeedPath {
  @ApiProperty({ description: 'Id of the subscription (UUID), or `test` for the test collection' })
  @Matches(/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|test)$/, {
    message: 'feed must be the id of a subscription, or test',
  })
  feed: string;
}

class EntryPath extends FeedPath {
  @ApiProperty({ description: 'Cursor of the delivery, as it stands beside it' })
  @IsString()
  @MaxLength(100)
  cursor: string;
}

class EntriesQuery {
  @ApiPropertyOptional({ description: 'Cursor to go on behind; without one from the beginning' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  after?: string;

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: MAX_DELIVERIES, default: 100 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_DELIVERIES)
  limit = 100;
}

class DigestQuery {
  @ApiPropertyOptional({ type: Number, minimum: 0, description: 'Without one, where the feed stands now' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  sequence?: number;
}

export interface EntriesPage {
  entries: object[];
  /** To go on behind the last entry. */
  cursor: string;
  /** Whether there is more behind it now. */
  more: boolean;
}

const PAGE = {
  description: '{entries: [{sequence, delivery, cursor, kind, event | notice} or {..., withheld}], cursor, more}',
};

/** Feeds by pages, and how they are. Everybody reads those of their own organisation. */
@ApiTags('feeds')
@Roles('feed-subscriber')
@Controller('v1/feeds')
export class FeedsController {
  constructor(
    private readonly feeds: Feeds,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Feeds of your organisation and how they are' })
  @ApiOkResponse({ description: '{feeds}' })
  async list(@Caller() { organisation }: Viewer): Promise<{ feeds: FeedHealth[] }> {
    return { feeds: await feedsOf(this.log, organisation) };
  }

  @Get(':feed')
  @ApiOperation({ summary: 'How a feed is: last delivery, lag, what waits, why it is paused, what is about to end' })
  health(@Caller() { organisation }: Viewer, @Param() { feed }: FeedPath): Promise<FeedHealth> {
    if (feed === TEST_FEED) throw new Problem('NotFound', 'subscription.unknown', 'The test collection has no health.');
    return healthOfFeed(this.log, organisation, feed);
  }

  @Get(':feed/entries')
  @ApiOperation({ summary: 'Deliveries in order of sequence' })
  @ApiOkResponse(PAGE)
  async entries(
    @Caller() viewer: Viewer,
    @Param() { feed: name }: FeedPath,
    @Query() asked: EntriesQuery,
  ): Promise<EntriesPage> {
    return page(await this.feeds.of(viewer, name, 'pull'), asked);
  }

  @Get(':feed/entries/:cursor')
  @ApiOperation({ summary: 'One delivery: what a thin webhook names' })
  async entry(@Caller() viewer: Viewer, @Param() { feed: name, cursor }: EntryPath): Promise<object> {
    const feed = await this.feeds.of(viewer, name, 'pull');
    const sequence = await feed.placeOf(cursor);
    const [delivery] = await feed.read({ after: sequence - 1, upTo: sequence, limit: 1 });
    if (delivery === undefined) throw new Problem('NotFound', 'delivery.unknown', 'There is no such delivery.');
    return onTheWire(delivery);
  }

  @Get(':feed/digest')
  @ApiOperation({ summary: 'Digest over all deliveries up to a sequence, which no withholding changes' })
  @ApiOkResponse({ description: '{sequence, digest}' })
  async digest(
    @Caller() viewer: Viewer,
    @Param() { feed: name }: FeedPath,
    @Query() asked: DigestQuery,
  ): Promise<{ sequence: number; digest: string }> {
    const feed = await this.feeds.of(viewer, name, 'pull');
    const sequence = asked.sequence ?? (await feed.head()).sequence;
    return { sequence, digest: await feed.digestAt(sequence) };
  }

  @Get(':feed/recalls')
  @EvenDeparted()
  @ApiOperation({ summary: 'Notices alone, whatever rights remain: what is taken back, corrected, or about to end' })
  @ApiOkResponse(PAGE)
  async recalls(
    @Caller() viewer: Viewer,
    @Param() { feed: name }: FeedPath,
    @Query() asked: EntriesQuery,
  ): Promise<EntriesPage> {
    return page(await this.feeds.of(viewer, name, 'pull'), asked, 'notices');
  }
}

async function page(feed: Feed, { after, limit }: EntriesQuery, only?: 'notices'): Promise<EntriesPage> {
  const from = after === undefined ? 0 : await feed.placeOf(after);
  // One more than asked for would be one more disclosed; so whether there is more is asked of the numbers.
  const entries = await feed.read({ after: from, limit, only });
  const { sequence: head } = await feed.head();
  const last = entries.at(-1);
  const more = only === undefined ? (last?.sequence ?? from) < head : entries.length === limit;
  return { entries: entries.map(onTheWire), cursor: last?.cursor ?? after ?? (await feed.cursorAt(0)), more };
}
