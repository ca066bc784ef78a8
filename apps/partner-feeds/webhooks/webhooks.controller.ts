import { Body, Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { Caller, Roles, type Viewer } from '#access';
import { Deliveries } from '../deliveries/deliveries.js';
import { SigningKeys, type ShownKey } from './signing-keys.js';
import { WebhookActs, type Tested } from './webhook-acts.js';

const UNKNOWN = { status: 404, description: 'No such subscription, or one of another organisation' };
const NONE = { status: 409, description: 'webhook.none: the subscription is not delivered to a webhook' };

class ReplayRequest {
  @ApiProperty({ minimum: 1, description: 'First sequence to be sent again' })
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  from: number;

  @ApiProperty({ minimum: 1, description: 'Last one; it must have been sent before' })
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  to: number;
}

/** What a subscriber needs for receiving webhooks (Standard Webhooks 1.0). How it is doing stands in the health of the feed. */
@ApiTags('webhooks')
@Controller('v1/feeds/:subscription')
@Roles('feed-subscriber')
export class WebhooksController {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly keys: SigningKeys,
    private readonly acts: WebhookActs,
  ) {}

  @Get('signing-keys')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Secrets that your webhooks are signed with now: the newest, and the one before while both sign',
  })
  @ApiResponse({ status: 200, description: '{keys: [{key, secret, until?}]}' })
  @ApiResponse(UNKNOWN)
  async signingKeys(
    @Caller() viewer: Viewer,
    @Param('subscription') subscription: string,
  ): Promise<{ keys: ShownKey[] }> {
    const subscriber = await this.deliveries.subscriberOf(viewer, subscription);
    return { keys: await this.keys.shown(subscriber, viewer) };
  }

  @Post('webhook/replay')
  @HttpCode(202)
  @ApiOperation({ summary: 'Have a range sent again, with the same delivery ids, before anything new' })
  @ApiResponse({ status: 202, description: '{from, to}; what is left of it stands in the health of the feed' })
  @ApiResponse(UNKNOWN)
  @ApiResponse(NONE)
  async replay(
    @Caller() viewer: Viewer,
    @Param('subscription') subscription: string,
    @Body() { from, to }: ReplayRequest,
  ): Promise<ReplayRequest> {
    await this.acts.replay(await this.deliveries.subscriberOf(viewer, subscription), viewer, from, to);
    return { from, to };
  }

  @Post('webhook/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a signed message of type feed.test now, also while the webhook is paused' })
  @ApiResponse({ status: 200, description: '{taken, answer, tookMs}' })
  @ApiResponse(UNKNOWN)
  @ApiResponse(NONE)
  @ApiResponse({ status: 429, description: 'A message is under way, or was a moment ago' })
  async test(@Caller() viewer: Viewer, @Param('subscription') subscription: string): Promise<Tested> {
    return await this.acts.test(await this.deliveries.subscriberOf(viewer, subscription), viewer);
  }
}
