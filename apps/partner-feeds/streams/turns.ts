import { setImmediate } from 'node:timers/promises';
import { bulkhead } from 'cockatiel';
import type { Standing } from '#access';
import { isKnownError, type Logger } from '#runtime';
import type { Answer, Asked, ReadRange } from '../deliveries/asked.js';
import type { Deliveries } from '../deliveries/deliveries.js';
import type { Connection } from './connection.js';

export interface TurnsParts {
  standing: Standing;
  deliveries: Pick<Deliveries, 'readTogether'>;
  logger: Logger;
}

/** Deliveries that one transaction decides: what a batch may leave in memory, and how long it may take. */
const MOST_TOGETHER = 200;
/** Batches at a time: one is decided by the database while the other one is written. Each takes a connection of the pool. */
const BATCHES = 2;
/** Turns by themselves at a time: for whom something is being taken back just now, and ends of snapshots. */
const ALONE = 2;
/** Nobody can say just now whether they may go on, or what they get. */
const REST_MS = 200;

/** A turn, and what it reads. */
interface Turn {
  connection: Connection;
  range: ReadRange;
  asked: Asked;
}

/**
 * Gives streams their turns in the order in which they came to have something to write: as many together as a transaction takes,
 * since a transaction for each would be most of the work.
 */
export class Turns {
  private readonly waiting: Connection[] = [];
  private readonly alone = bulkhead(ALONE, Infinity);
  private atWork = 0;

  constructor(private readonly parts: TurnsParts) {}

  /** Gives a connection a turn where it has something to do. */
  readonly queue = (connection: Connection): void => {
    if (connection.queued || !connection.wantsTurn) return;
    connection.queued = true;
    if (turnOf(connection) === undefined) return void this.turnAlone(connection);
    this.waiting.push(connection);
    if (this.atWork < BATCHES) void this.work();
  };

  /** Whether the reader is still who was let in; where nobody can say so just now, it throws, and the stream waits. */
  async mayGoOn(connection: Connection): Promise<boolean> {
    if (connection.closed) return false;
    const { authorization, organisation } = connection.reader;
    try {
      const viewer = await this.parts.standing.of(authorization, 'feed-subscriber');
      connection.checkedAt = performance.now();
      if (viewer.organisation === organisation) return true;
      connection.close({
        code: 'member.unknown',
        detail: 'You no longer belong to this organisation.',
        retriable: false,
      });
    } catch (error) {
      if (!isKnownError(error) || error.retriable) throw error;
      this.refuse(connection, error);
    }
    return false;
  }

  private async work(): Promise<void> {
    this.atWork += 1;
    await setImmediate(); // those who are found to have something to write at one look go together
    for (let together = this.next(); together.length > 0; together = this.next()) await this.turnsOf(together);
    this.atWork -= 1;
  }

  private next(): Turn[] {
    const together: Turn[] = [];
    let room = MOST_TOGETHER;
    for (let [first] = this.waiting; first !== undefined; [first] = this.waiting) {
      const turn = turnOf(first);
      if (together.length > 0 && (turn?.range.limit ?? 0) > room) break;
      this.waiting.shift();
      if (turn === undefined) this.end(first);
      else {
        together.push(turn);
        room -= turn.range.limit;
      }
    }
    return together;
  }

  private async turnsOf(together: readonly Turn[]): Promise<void> {
    const going = await this.going(together);
    const answers = await this.answers(going.map(({ asked }) => asked));
    const busy = going.filter((turn, place) => !this.told(turn, answers[place] ?? { busy: true }));
    for (const { connection } of busy) void this.turnAlone(connection);
    for (const turn of together) if (!busy.includes(turn)) this.end(turn.connection);
  }

  private async answers(asked: readonly Asked[]): Promise<Answer[]> {
    try {
      return asked.length === 0 ? [] : await this.parts.deliveries.readTogether(asked);
    } catch (error) {
      return asked.map(() => ({ refused: error as Error }));
    }
  }

  /** Whether the turn is over. */
  private told({ connection, range }: Turn, answer: Answer): boolean {
    if ('busy' in answer) return false;
    try {
      if ('refused' in answer) throw answer.refused;
      connection.take(answer.deliveries, range);
    } catch (error) {
      this.refuse(connection, error);
    }
    return true;
  }

  /** Those who may go on as of now. Who has lost the right is closed, and of whom nobody can say it rests. */
  private async going(together: readonly Turn[]): Promise<Turn[]> {
    const may = await Promise.all(
      together.map(({ connection }) =>
        this.mayGoOn(connection).catch((error: unknown) => {
          this.refuse(connection, error);
          return false;
        }),
      ),
    );
    return together.filter((_, place) => may[place]);
  }

  private async turnAlone(connection: Connection): Promise<void> {
    try {
      await this.alone.execute(async () => {
        if (!(await this.mayGoOn(connection))) return;
        const { range } = connection;
        if (range === undefined) await connection.completeSnapshot();
        else connection.take(await connection.feed.read(range), range);
      });
    } catch (error) {
      this.refuse(connection, error);
    }
    this.end(connection);
  }

  private end(connection: Connection): void {
    connection.queued = false;
    this.queue(connection);
  }

  private refuse(connection: Connection, error: unknown): void {
    if (isKnownError(error) && !error.retriable)
      return connection.close({ code: error.code, detail: error.message, retriable: false });
    // An outage: the feed waits for its end, but not in a busy loop.
    if (performance.now() > connection.restsUntil)
      this.parts.logger.warn({ err: error }, 'a stream could not go on just now');
    connection.restsUntil = performance.now() + REST_MS;
  }
}

/** What can be read together with others; undefined for the test collection and the end of a snapshot. */
function turnOf(connection: Connection): Turn | undefined {
  const { range, feed } = connection;
  const asked = range && feed.asking?.(range);
  return asked && { connection, range, asked };
}
