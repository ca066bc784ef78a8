import type { Stores } from '../ports.js';
import { readMissing } from '../transport/healing.js';
import type { Intake } from '../transport/intake.js';
import { prepareEvents, type PreparedEvent } from '../writing/prepare.js';
import type { Writer } from '../writing/writer.js';
import { writeInOrder } from './write-in-order.js';

/** Events of one transaction when nothing else is going on. */
const PAGE = 2_000;

/** Reads and prepares the next page of what the healing partitions miss; undefined when nothing is being healed. */
export async function nextMissing(
  { log, idOf }: Stores,
  intake: Intake,
  page = PAGE,
): Promise<PreparedEvent[] | undefined> {
  const range = intake.toRead();
  return range && (await prepareEvents(log, idOf, await readMissing(log, intake, range, page)));
}

/** Heals from the log until nothing is missing: while one page is written, the next is read and decoded. */
export async function heal(
  stores: Stores,
  intake: Intake,
  writer: Writer,
  progress: (events: number) => void = () => undefined,
): Promise<void> {
  let next = nextMissing(stores, intake);
  for (let page = await next; page !== undefined; page = await next) {
    next = nextMissing(stores, intake);
    next.catch(() => undefined); // thrown when it is awaited, after this page was written
    await writeInOrder(stores, intake, writer, page);
    progress(page.length);
  }
}
