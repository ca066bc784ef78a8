import type { Audiences, Viewer } from '#access';
import type { EventLog } from '#event-log';
import type { Deliveries } from '../deliveries/deliveries.js';
import type { TestFeed } from '../test-collection/test-feed.js';
import type { Collection } from './collection.js';
import { EXAMPLE_COLLECTION, ExampleCollection } from './example-collection.js';
import { FeedCollection } from './feed-collection.js';
import { ObjectIndex } from './object-index.js';

/** A collection as TAXII describes it. */
export interface CollectionResource {
  id: string;
  title: string;
  description: string;
  can_read: boolean;
  can_write: boolean;
  media_types: string[];
}

export const STIX = 'application/stix+json;version=2.1';

/** Collections of a caller: one for each subscription of the organisation, and one that is the same for everybody. */
export class Collections {
  private readonly index: ObjectIndex;
  private readonly example: ExampleCollection;

  constructor(
    private readonly log: EventLog,
    private readonly deliveries: Deliveries,
    private readonly audiences: Audiences,
    test: TestFeed,
  ) {
    this.index = new ObjectIndex(log);
    this.example = new ExampleCollection(test);
  }

  async all({ organisation }: Pick<Viewer, 'organisation'>): Promise<CollectionResource[]> {
    const rows = await this.log.query<{ subscription: string; name: string }>(
      'SELECT subscription, name FROM subscriptions WHERE organisation = $1 ORDER BY made_at, subscription',
      [organisation],
    );
    return [
      ...rows.map(({ subscription, name }) =>
        resource(subscription, name, 'What this subscription may hold, in STIX 2.1.'),
      ),
      resource(
        EXAMPLE_COLLECTION,
        'Test collection',
        'Synthetic objects, the same for everybody: for trying a client.',
      ),
    ];
  }

  /** @throws {@link Problem} NotFound, the same for what is another's and for what is not there; `feed.not-begun` */
  async of(viewer: Viewer, id: string): Promise<Collection> {
    if (id === EXAMPLE_COLLECTION) return this.example;
    const { log, deliveries, audiences, index } = this;
    return new FeedCollection({ log, deliveries, audiences, index }, await deliveries.subscriberOf(viewer, id));
  }
}

function resource(id: string, title: string, description: string): CollectionResource {
  return { id, title, description, can_read: true, can_write: false, media_types: [STIX] };
}
