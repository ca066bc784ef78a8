import { Problem } from '#runtime';

/** A place in a feed as its subscriber keeps it: behind which delivery it stands, and in which history of the log. */
export interface Cursor {
  epoch: number;
  sequence: number;
  delivery: string;
}

/** From this sequence on (exclusive) the slots were made in this history of the log. */
export interface Epoch {
  epoch: number;
  after: number;
}

const FORM = /^(\d{1,9})-(\d{1,15})-([\w-]{32})$/;

/** Opaque to whoever keeps it, but readable: it holds what the subscriber knows anyway. */
export function printCursor({ epoch, sequence, delivery }: Cursor): string {
  return `${epoch}-${sequence}-${delivery}`;
}

/** @throws {@link Problem} `feed.cursor-malformed` */
export function readCursor(text: string): Cursor {
  const [, epoch, sequence, delivery] = FORM.exec(text) ?? [];
  if (epoch === undefined || sequence === undefined || delivery === undefined)
    throw new Problem(
      'InvalidInput',
      'feed.cursor-malformed',
      'This is no cursor. Send one back exactly as it came with a delivery, or none to begin anew.',
    );
  return { epoch: Number(epoch), sequence: Number(sequence), delivery };
}

/** History in which the slot of a sequence was made. */
export function epochAt(epochs: readonly Epoch[], sequence: number): number {
  return epochs.findLast(({ after }) => after < sequence || after === 0)?.epoch ?? 0;
}

/** What a cursor is held against. */
export interface Held {
  epochs: readonly Epoch[];
  /** Last sequence that there is. */
  head: number;
  /** Id of the delivery at the cursor's sequence; undefined where there is none. */
  delivery: string | undefined;
  /** Cursor at a sequence, for telling where to go on. */
  cursorAt: (sequence: number) => Promise<string>;
}

/**
 * Lets pass a cursor that stands in this very feed.
 * @throws {@link Problem} `feed.cursor-foreign`: another feed's, or of a history that is no more; `feed.cursor-ahead`: from the future
 */
export async function checkCursor(cursor: Cursor, { epochs, head, delivery, cursorAt }: Held): Promise<void> {
  const now = epochs.at(-1)?.epoch ?? 0;
  const [gone] = epochs.filter(({ epoch, after }) => epoch > cursor.epoch && after < cursor.sequence);
  if (cursor.epoch < now && gone !== undefined)
    throw foreign(
      `The log was restored from a copy behind sequence ${gone.after} of this feed, and what came after it in the other history ` +
        `is void. Go on with the cursor ${await cursorAt(gone.after)}, or begin anew with a snapshot.`,
    );
  if (cursor.sequence > head)
    throw new Problem(
      'RuleRefused',
      'feed.cursor-ahead',
      `The cursor stands at ${cursor.sequence}, and this feed has not come further than ${head}. Begin anew with a snapshot.`,
    );
  if (cursor.delivery !== delivery)
    throw foreign(
      'The cursor is not of this feed. Begin anew with a snapshot, or from the beginning without a cursor.',
    );
}

function foreign(message: string): Problem {
  return new Problem('RuleRefused', 'feed.cursor-foreign', message);
}
