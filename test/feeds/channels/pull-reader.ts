import { Inbox, type Arrival } from './inbox.js';
import { get, type Door, type Reader, type Reading } from './reader.js';

export interface Page {
  entries: Arrival[];
  cursor: string;
  more: boolean;
}

/** Pages. An answer that is lost is asked for again, now or the next time. */
export class PullReader implements Reader {
  readonly channels = ['pull'];

  constructor(
    private readonly door: Door,
    readonly inbox = new Inbox(),
  ) {}

  async read({ limit, trouble }: Reading): Promise<void> {
    for (let nth = 0, more = true; more; nth += 1) {
      const page = await this.page(limit);
      if (nth !== trouble?.after) more = this.take(page);
      else if (trouble.then === 'leaves') return;
    }
  }

  page(limit: number): Promise<Page> {
    const { cursor } = this.inbox;
    return get<Page>(this.door, `entries?limit=${limit}${cursor === undefined ? '' : `&after=${cursor}`}`);
  }

  /** Returns whether there is more. */
  take({ entries, cursor, more }: Page): boolean {
    for (const arrival of entries) this.inbox.take(arrival);
    this.inbox.cursor = cursor;
    return more;
  }
}
