import type { Provider } from '@nestjs/common';
import { Audiences } from '#access';
import type { EventLog } from '#event-log';
import { Deliveries } from '../deliveries/deliveries.js';
import { TestFeed } from '../test-collection/test-feed.js';
import { Collections } from './collections.js';
import { NextPages } from './next-page.js';

/** What the TAXII server is made of. @param cursorKey secret that `next` is sealed with */
export function taxiiProviders(log: EventLog, cursorKey: Buffer): Provider[] {
  return [
    { provide: NextPages, useValue: new NextPages(cursorKey) },
    {
      provide: Collections,
      inject: [Deliveries, Audiences, TestFeed],
      useFactory: (deliveries: Deliveries, audiences: Audiences, test: TestFeed) =>
        new Collections(log, deliveries, audiences, test),
    },
  ];
}
