import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#access';
import type { Channel } from '../deliveries/asked.js';
import { Deliveries } from '../deliveries/deliveries.js';
import type { Feed } from '../deliveries/feed.js';
import { SubscriberFeed } from '../deliveries/subscriber-feed.js';
import { TEST_FEED, TestFeed } from '../test-collection/test-feed.js';

/** Finds the feed that a caller names. */
@Injectable()
export class Feeds {
  constructor(
    @Inject(Deliveries) private readonly deliveries: Deliveries,
    @Inject(TestFeed) private readonly test: TestFeed,
  ) {}

  /** @throws {@link Problem} NotFound for what is not there and for what is another's; `feed.not-begun` */
  async of(viewer: Viewer, name: string, channel: Channel): Promise<Feed> {
    if (name === TEST_FEED) return this.test;
    return new SubscriberFeed(this.deliveries, await this.deliveries.subscriberOf(viewer, name), channel);
  }
}
