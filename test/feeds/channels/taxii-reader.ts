import { StrictTaxiiClient, type Envelope } from '../../../apps/partner-feeds/taxii/strict-client.fixture.js';
import type { Door, Reader, Reading } from './reader.js';

type StixObject = NonNullable<Envelope['objects']>[number];

/** More than a page of deliveries has: a delivery is many objects. */
const OBJECTS_PER_DELIVERY = 12;

/** A TAXII client that resumes behind the last date that it was told, and keeps the newest version of each object. */
export class TaxiiReader implements Reader {
  readonly channels = ['taxii'];
  readonly newest = new Map<string, StixObject>();
  /**
   * Deliveries that a date withheld when this client read on, before the log said so. Should something else make them visible again,
   * they stand behind the client's back, and so does whom only they introduce.
   */
  readonly overlooked = new Set<number>();
  private last: string | undefined;
  private readonly client: StrictTaxiiClient;

  constructor(private readonly door: Door) {
    this.client = new StrictTaxiiClient(door.address, door.token);
  }

  async read({ limit, trouble }: Reading): Promise<void> {
    const url = `/taxii2/feeds/collections/${this.door.subscription}/objects/`;
    const asked = {
      limit: String(limit * OBJECTS_PER_DELIVERY),
      ...(this.last !== undefined && { added_after: this.last }),
    };
    let next: string | undefined;
    for (let nth = 0, more = true; more; nth += 1) {
      const { body, headers } = await this.client.get<Envelope>(url, { ...asked, ...(next !== undefined && { next }) });
      if (nth === trouble?.after) {
        if (trouble.then === 'leaves') return;
        continue;
      }
      this.take(
        body.objects ?? [],
        String(headers['x-taxii-date-added-first']),
        String(headers['x-taxii-date-added-last']),
      );
      ({ next, more = false } = body);
    }
  }

  private take(objects: readonly StixObject[], first: string, last: string): void {
    if (objects.length > 0 && first <= (this.last ?? ''))
      throw new Error(`a page of ${first} came behind ${this.last}`);
    if (last < first) throw new Error(`a page begins at ${first} and ends at ${last}`);
    for (const object of objects) {
      const known = this.newest.get(object.id);
      if ((known?.modified ?? '') <= (object.modified ?? '')) this.newest.set(object.id, object);
    }
    this.last = last;
  }
}
