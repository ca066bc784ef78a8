import type { LogReads, LogWrites } from '#event-log';

/** What the organisation has sent under its own reference before. */
export interface KnownReference {
  id: string;
  content: Buffer;
}

export interface NewReference extends KnownReference {
  reference: string;
}

/** References of senders, unique in their organisation: what is sent again under one is found and not kept twice. */
export class References {
  private readonly find: string;
  private readonly insert: string;

  /** A table of them and its column for what was kept; both are names in this program and never input. */
  constructor(table: 'assertion_references' | 'removal_references', column: 'assertion' | 'removal') {
    // A look-up for each reference: a plan made while the table was small would scan it for ever.
    this.find = `
      SELECT asked.reference, known.id, known.content
        FROM unnest($2::text[]) AS asked (reference), LATERAL (
          SELECT r.${column} AS id, r.content FROM ${table} r
           WHERE r.organisation = $1 AND r.reference = asked.reference LIMIT 1
        ) AS known`;
    this.insert = `
      INSERT INTO ${table} (organisation, reference, ${column}, content)
      SELECT $1, reference, id, content
        FROM unnest($2::text[], $3::uuid[], $4::bytea[]) AS made (reference, id, content)`;
  }

  /** What an organisation's references stand for already. One query for as many as are asked. */
  async known(
    read: Pick<LogReads, 'query'>,
    organisation: string,
    references: readonly string[],
  ): Promise<Map<string, KnownReference>> {
    if (references.length === 0) return new Map();
    const rows = await read.query<NewReference>(this.find, [organisation, [...new Set(references)]]);
    return new Map(rows.map(({ reference, id, content }) => [reference, { id, content }]));
  }

  /** Fails with a unique violation where somebody else was first with one of them; the whole transaction is then decided anew. */
  async keep(write: Pick<LogWrites, 'query'>, organisation: string, made: readonly NewReference[]): Promise<void> {
    if (made.length === 0) return;
    // In one order, or two senders of the same delivery would wait for each other.
    const sorted = [...made].sort((a, b) => (a.reference < b.reference ? -1 : 1));
    await write.query(this.insert, [
      organisation,
      sorted.map(({ reference }) => reference),
      sorted.map(({ id }) => id),
      sorted.map(({ content }) => content),
    ]);
  }
}
