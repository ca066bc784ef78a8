import type { LogReads, LogWrites } from '#event-log';

/**
 * Which assertions say what of which network: a way to them and no truth of its own. Whether one stands, and who may see it, is
 * read from its stream.
 */
export interface NetworkRow {
  network: string;
  assertion: string;
  organisation: string;
  /** For a merger: the network that takes it in. */
  into?: string;
}

export async function keepNetwork(write: LogWrites, rows: readonly NetworkRow[]): Promise<void> {
  await write.query(
    `INSERT INTO network_assertions (network, assertion, organisation, into_network)
     SELECT network, assertion, organisation, "into"
     FROM jsonb_to_recordset($1::jsonb) AS said (network uuid, assertion uuid, organisation uuid, "into" uuid)`,
    [JSON.stringify(rows)],
  );
}

/** What an organisation has said of a network itself: its names, threat and status. */
export async function saidOf(read: LogReads, network: string, organisation: string): Promise<string[]> {
  const rows = await read.query<{ assertion: string }>(
    `SELECT assertion FROM network_assertions
     WHERE network = $1 AND organisation = $2 AND into_network IS NULL ORDER BY assertion`,
    [network, organisation],
  );
  return rows.map(({ assertion }) => assertion);
}

/** Mergers of some networks: into others, or of others into them. */
export async function mergersOf(
  read: LogReads,
  networks: readonly string[],
  direction: 'into' | 'from',
): Promise<{ assertion: string; network: string }[]> {
  return direction === 'into'
    ? read.query(
        `SELECT assertion, into_network AS network FROM network_assertions
         WHERE network = ANY($1::uuid[]) AND into_network IS NOT NULL`,
        [networks],
      )
    : read.query('SELECT assertion, network FROM network_assertions WHERE into_network = ANY($1::uuid[])', [networks]);
}
