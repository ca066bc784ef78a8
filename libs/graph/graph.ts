/**
 * Values that go into Cypher. JS integers arrive as Neo4j integers, other numbers as floats; undefined is null. A Float64Array
 * arrives as a list of floats, also where they are whole: ten times cheaper to send, and equal to an integer wherever Cypher
 * compares, but as a property it would be a float for ever.
 */
export type CypherValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | Float64Array
  | readonly CypherValue[]
  | { readonly [name: string]: CypherValue };
export type CypherParams = Readonly<Record<string, CypherValue>>;

export interface GraphSettings {
  /** `bolt://`, `neo4j://`, or with TLS `bolt+s://`, `neo4j+s://`. */
  url: string;
  user: string;
  password: string;
  database?: string;
  /** Forces TLS on a plain scheme. */
  encrypted?: boolean;
  /** Connections at most; default 20. */
  poolSize?: number;
  /** Milliseconds of silence, beyond the time that a request was given, after which the store counts as gone; default 15,000. */
  silenceMs?: number;
}

export interface ReadOptions {
  /** The store stops the query after it; default 30,000. */
  timeoutMs?: number;
  /** Stops the query when the caller has gone. */
  signal?: AbortSignal;
}

/** One write transaction. Statements are sent without waiting for each other; `run` resolves with the rows of its own. */
export interface GraphTransaction {
  run<Row>(cypher: string, params: CypherParams): Promise<Row[]>;
  /** Lists as the driver takes them, which makes every number a float: for Cypher that converts by itself. */
  runLists<Row>(cypher: string, lists: Readonly<Record<string, readonly unknown[]>>): Promise<Row[]>;
}

/**
 * The graph store. Cypher is constant text: no input ever becomes part of it. Rows come back as plain values (a Neo4j
 * integer as a number; all of ours are below 2^53).
 * Throws `GraphUnavailable` (wait) or `GraphRefusal` (look at what was sent); conflicts between transactions are retried here.
 */
export interface Graph {
  /** Rows of one query in a read transaction, which the store holds to reading. */
  read<Row>(cypher: string, params?: CypherParams, options?: ReadOptions): Promise<Row[]>;
  /** The same, row by row, for results that do not fit into memory. */
  stream<Row>(cypher: string, params?: CypherParams, options?: ReadOptions): AsyncIterable<Row>;
  /**
   * One write transaction: committed when `work` resolves, rolled back when it throws. `work` may run several times, because
   * deadlocks and other conflicts are retried within milliseconds (the driver's own back-off sleeps for seconds).
   */
  transact<T>(work: (transaction: GraphTransaction) => Promise<T>, options?: { timeoutMs?: number }): Promise<T>;
  /** Runs one statement outside a transaction of ours: schema, and `CALL ... IN TRANSACTIONS`. */
  command(cypher: string, params?: CypherParams): Promise<void>;
  /** Resolves when the store answers. */
  probe(): Promise<void>;
  /** Resolves when the store takes a write: one whose disk is full still answers. */
  probeWrite(): Promise<void>;
  close(): Promise<void>;
}
