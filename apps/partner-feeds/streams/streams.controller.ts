import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller, EVENT_LOG, FEED, recordAct, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { Problem, toBoolean } from '#runtime';
import type { Feed } from '../deliveries/feed.js';
import { FeedPath } from '../pages/feeds.controller.js';
import { Feeds } from '../pages/feeds.js';
import { Connection } from './connection.js';
import { Streams } from './streams.js';

class StreamQuery {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Begin anew, whatever the header says' })
  @IsOptional()
  @Transform(toBoolean)
  @IsBoolean({ message: 'snapshot must be true or false' })
  snapshot = false;
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** Feeds as streams of server-sent events. What is wrong with a request is said before the stream begins, as a problem. */
@ApiTags('feeds')
@Controller('v1/feeds')
export class StreamsController {
  constructor(
    @Inject(Feeds) private readonly feeds: Feeds,
    @Inject(Streams) private readonly streams: Streams,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Get(':feed/stream')
  @Roles('feed-subscriber')
  @ApiOperation({
    summary: 'Deliveries as they come: behind Last-Event-ID, or a snapshot of what stands and then what is new',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Cursor of the last delivery that you have' })
  @ApiOkResponse({
    description: 'text/event-stream: `event`, `notice`, `withheld`, `snapshot-complete`, and `closing` as the last one',
  })
  async stream(
    @Caller() viewer: Viewer,
    @Param() { feed: name }: FeedPath,
    @Query() asked: StreamQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const feed = await this.feeds.of(viewer, name, 'sse');
    const start = await this.startOf(feed, asked.snapshot ? undefined : lastEventId(request));
    if (this.streams.full)
      throw new Problem(
        'Unavailable',
        'streams.too-many',
        'There are as many streams as this server takes; try again.',
      );
    await recordAct(this.log, {
      act: 'consultation',
      viewer,
      purpose: FEED,
      ids: [`subscription-${name}`],
      reason: 'feed.stream',
    });
    if (request.raw.socket.destroyed) return;
    reply.hijack();
    // Those that the server gives to every answer: request id and trace.
    for (const [header, value] of Object.entries({ ...reply.getHeaders(), ...HEADERS }))
      if (value !== undefined) reply.raw.setHeader(header, value);
    reply.raw.writeHead(200);
    const reader = { organisation: viewer.organisation, authorization: request.headers.authorization };
    const connection = new Connection(feed, reader, reply.raw, start, this.streams.queue);
    reply.raw.on('close', () => this.streams.remove(connection));
    this.streams.add(connection);
  }

  /** Reads nothing, and so tells a paused feed and a wrong cursor before the stream begins. */
  private async startOf(
    feed: Feed,
    cursor: string | undefined,
  ): Promise<{ at: number; head: number; snapshot: boolean }> {
    await feed.read({ after: 0, limit: 0 });
    if (cursor === undefined) return { at: 0, head: (await feed.head()).sequence, snapshot: true };
    const at = await feed.placeOf(cursor);
    const { sequence: head } = await feed.head();
    if (head - at > this.streams.limits.tail)
      throw new Problem(
        'RuleRefused',
        'feed.too-old',
        `The cursor is more than ${this.streams.limits.tail} deliveries old. Read pages from it, or begin anew with ?snapshot=true.`,
      );
    return { at, head, snapshot: false };
  }
}

/** An empty one is what a reader sends that has none yet. */
function lastEventId({ headers }: FastifyRequest): string | undefined {
  const given = headers['last-event-id'];
  return typeof given === 'string' && given !== '' ? given : undefined;
}
