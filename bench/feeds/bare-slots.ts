/** The floor: the same rows of slots, into the same table with the same indexes, by `unnest`, and nothing decided. */
import pg from 'pg';
import type { Side } from '../harness/rounds.js';

/** Rows of one transaction, as many as fan-out's batches give on average. */
const ROWS_AT_ONCE = 20_000;

interface Columns {
  subscriber: number[];
  sequence: string[];
  position: string[];
  added: string[];
  kind: number[];
}

const INSERT = {
  name: 'bare_slots',
  text: `INSERT INTO bare.feed_slots (subscriber, sequence, position, added, kind)
         SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[])`,
};

export class BareSlots {
  private batches: Columns[] = [];
  private rows = 0;

  private constructor(
    private readonly owner: pg.Client,
    private readonly writer: pg.Client,
  ) {}

  static async open(ownerUrl: string): Promise<BareSlots> {
    const [owner, writer] = [
      new pg.Client({ connectionString: ownerUrl }),
      new pg.Client({ connectionString: ownerUrl }),
    ];
    await Promise.all([owner.connect(), writer.connect()]);
    await owner.query('CREATE SCHEMA bare');
    await owner.query('CREATE TABLE bare.feed_slots (LIKE feed_slots INCLUDING ALL)');
    return new BareSlots(owner, writer);
  }

  /** Takes over what fan-out has stored, in the order in which it was stored. */
  async readBack(): Promise<number> {
    this.batches = [];
    this.rows = 0;
    const { rows } = await this.owner.query<[number, string, string, string, number]>({
      text: 'SELECT subscriber, sequence::text, position::text, added::text, kind FROM feed_slots ORDER BY position, subscriber',
      rowMode: 'array',
    });
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const part = rows.slice(from, from + ROWS_AT_ONCE);
      this.batches.push({
        subscriber: part.map((row) => row[0]),
        sequence: part.map((row) => row[1]),
        position: part.map((row) => row[2]),
        added: part.map((row) => row[3]),
        kind: part.map((row) => row[4]),
      });
    }
    this.rows = rows.length;
    return this.rows;
  }

  side(): Side {
    return {
      name: 'bare unnest',
      prepare: async () => void (await this.owner.query('TRUNCATE bare.feed_slots')),
      run: async () => {
        for (const { subscriber, sequence, position, added, kind } of this.batches) {
          await this.writer.query('BEGIN');
          await this.writer.query({ ...INSERT, values: [subscriber, sequence, position, added, kind] });
          await this.writer.query('COMMIT');
        }
        return { events: this.rows };
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.owner.end(), this.writer.end()]);
  }
}
