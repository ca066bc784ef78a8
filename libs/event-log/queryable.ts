/** Anything that runs a statement: a pool, or the connection of a transaction. Apart, because leases and reads both stand on it. */
export interface Queryable {
  query(config: { name?: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>;
}
