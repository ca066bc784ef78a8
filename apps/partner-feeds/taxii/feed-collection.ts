import { feedViewersNow, type Audiences } from '#access';
import type { EventLog } from '#event-log';
import { Problem } from '#runtime';
import type { Subscriber } from '../deliveries/asked.js';
import type { Deliveries } from '../deliveries/deliveries.js';
import type { PartnerEvent } from '../payload/partner-event.js';
import { revoked } from '../stix/revoked.js';
import { stixOf } from '../stix/stix-of.js';
import type { StixDelivery, StixObject, VersionedObject } from '../stix/stix-object.js';
import { isDefinition, type CollectedObject, type Collection } from './collection.js';
import type { IndexRow } from './index-rows.js';
import { instantText } from './instants.js';
import type { ObjectIndex } from './object-index.js';
import { definitionsWanted, rowsWanted, type ListedObject, type Wanted } from './object-rows.js';
import { eventsOf, objectsOf, standingOf } from './slot-contents.js';

export interface CollectionParts {
  log: EventLog;
  deliveries: Deliveries;
  audiences: Audiences;
  index: ObjectIndex;
}

/** Rights may be lost between the look at the list and the delivery; so often is looked again. */
const LOOKS = 5;

/** A subscription as a TAXII collection: its list from the index, its content from its deliveries, which record what leaves. */
export class FeedCollection implements Collection {
  constructor(
    private readonly parts: CollectionParts,
    private readonly subscriber: Subscriber,
  ) {}

  get id(): string {
    return this.subscriber.subscription;
  }

  async page(wanted: Wanted): Promise<CollectedObject[]> {
    for (let look = 0; look < LOOKS; look += 1) {
      const listed = await this.listed(wanted);
      // The one beyond the page only tells that there is more: it stays here.
      const contents = await this.contentsOf(listed.slice(0, wanted.limit));
      if (contents !== undefined) return listed.map((row) => ({ ...row, object: contents.get(row.added) ?? NOT_SENT }));
    }
    throw new Problem(
      'Unavailable',
      'taxii.changing',
      'The rights to this collection are changing; repeat the request.',
    );
  }

  /** From a list that has come to the head, or as far as fills the page: a short one says that nothing follows it. */
  private async listed(wanted: Wanted): Promise<ListedObject[]> {
    for (;;) {
      const whole = await this.parts.index.bringUpToDate(this.subscriber.subscriber);
      const listed = await this.listedSoFar(wanted);
      if (whole || listed.length > wanted.limit) return listed;
    }
  }

  private async listedSoFar(wanted: Wanted): Promise<ListedObject[]> {
    const limit = wanted.limit + 1;
    const definitions = definitionsWanted(wanted).slice(0, limit);
    const { log } = this.parts;
    const rows = await rowsWanted(log, this.subscriber.subscriber, await this.allowed(), {
      ...wanted,
      limit: limit - definitions.length,
    });
    return [...definitions, ...rows];
  }

  /** Audiences that the feed may carry now, as deliveries decide it. */
  private async allowed(): Promise<readonly number[]> {
    const { log, audiences } = this.parts;
    const { organisation } = this.subscriber;
    const [viewers, [row]] = await Promise.all([
      feedViewersNow(log, [organisation]),
      log.query<{ state: string }>('SELECT state FROM subscriptions WHERE subscription = $1', [this.id]),
    ]);
    const viewer = viewers.get(organisation);
    return viewer === undefined || row?.state === 'ended' ? [] : audiences.allowedAudiences(viewer);
  }

  /** By when they were added. Undefined where one of them may not be delivered any more. */
  private async contentsOf(listed: readonly ListedObject[]): Promise<Map<number, StixObject> | undefined> {
    const rows = listed.flatMap((row) => (isDefinition(row) ? [] : [row as IndexRow]));
    const sequences = [...new Set(rows.map(({ sequence }) => sequence))];
    const { deliveries } = this.parts;
    const delivered =
      sequences.length === 0
        ? []
        : await deliveries.read(this.subscriber, { after: 0, limit: sequences.length, sequences, channel: 'taxii' });
    if (delivered.some((delivery) => 'withheld' in delivery) || delivered.length < sequences.length) return undefined;
    const events = new Map(delivered.flatMap((one) => ('event' in one ? [[one.sequence, one.event] as const] : [])));
    const [made, gone] = await Promise.all([
      this.made(events),
      this.gone(sequences.filter((sequence) => !events.has(sequence))),
    ]);
    return new Map(
      listed.map((row) => [
        row.added,
        isDefinition(row) ? row.definition : contentOf(row as IndexRow, made.get((row as IndexRow).sequence), gone),
      ]),
    );
  }

  /** Objects of events, in the order of their places. */
  private async made(events: ReadonlyMap<number, PartnerEvent>): Promise<Map<number, StixDelivery>> {
    const { log } = this.parts;
    const regrades = [...events].flatMap(([sequence, { type }]) => (type === 'assertion.regraded' ? [sequence] : []));
    const [known, names] = await Promise.all([
      eventsOf(log, log, this.subscriber.subscriber, regrades),
      log.query<{ organisation: string; name: string }>('SELECT organisation, name FROM organisations', []),
    ]);
    const standing = await standingOf((streams) => streamsOf(log, streams), [...known.values()]);
    const nameOf = new Map(names.map(({ organisation, name }) => [organisation, name]));
    return new Map(
      [...events].map(([sequence, event]) => {
        const regraded = standing.get(event.id);
        const names = (organisation: string): string | undefined => nameOf.get(organisation);
        return [sequence, stixOf(event, { names, ...(regraded !== undefined && { standing: regraded }) })];
      }),
    );
  }

  /** What notices take back, by the id under which it was first said: only such as this recipient holds. */
  private async gone(notices: readonly number[]): Promise<Map<string, VersionedObject>> {
    if (notices.length === 0) return new Map();
    const { log } = this.parts;
    const { subscriber } = this.subscriber;
    const rows = await log.query<{ sequences: number[] }>(
      `SELECT to_jsonb(sequences) AS sequences FROM feed_notices WHERE subscriber = $1 AND sequence = ANY ($2::bigint[])`,
      [subscriber, notices],
    );
    const events = await eventsOf(log, log, subscriber, [...new Set(rows.flatMap(({ sequences }) => sequences))]);
    const standing = await standingOf((streams) => streamsOf(log, streams), [...events.values()]);
    return new Map(
      [...events.values()].flatMap((event) => objectsOf(event, standing).said.map((object) => [object.id, object])),
    );
  }
}

/** Stands for an object that only tells that there is more. */
const NOT_SENT: StixObject = { type: 'none', spec_version: '2.1', id: 'none' };

async function streamsOf(
  log: EventLog,
  streams: readonly string[],
): Promise<Map<string, Awaited<ReturnType<EventLog['readStream']>>>> {
  const all = [...new Set(streams)];
  return new Map(await Promise.all(all.map(async (stream) => [stream, await log.readStream(stream)] as const)));
}

/** The object of a row under the id and in the version that the list gives it. */
function contentOf(
  { id, version, place, root }: IndexRow,
  made: StixDelivery | undefined,
  gone: ReadonlyMap<string, VersionedObject>,
): StixObject {
  const node = made?.nodes[place];
  if (node !== undefined) return node;
  const said = made === undefined ? gone.get(root ?? '') : made.said[place - made.nodes.length];
  if (said === undefined) throw new Error(`object ${id} is listed and not in its slot`);
  const modified = instantText(version);
  return { ...(made === undefined ? revoked(said, modified) : said), id, modified };
}
