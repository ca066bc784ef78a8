/**
 * Three hand-written set-based writers: what a careful engineer would write for this graph alone. They start from projected rows
 * in memory and know nothing of Kafka, positions, repeats or parking, so the best of them is the ceiling for the projector.
 */
import type { Driver, Session } from 'neo4j-driver';
import { byShape, type GraphRow } from './graph-rows.js';
import { listOfMaps, parallelLists, type StatementFor } from './set-based-statements.js';

export interface GraphWriter {
  name: string;
  write(rows: readonly GraphRow[]): Promise<void>;
  close(): Promise<void>;
}

/** Rows in one transaction. Twice as many gained nothing that could be told from the noise. */
const ROWS_PER_TRANSACTION = 2_000;
/** Less with two sessions: the longer both hold their nodes, the more often they wait for each other. */
const ROWS_OF_ONE_OF_TWO = 1_000;
/** The database is named: without a name the driver asks the server for it. */
export const WRITING = { defaultAccessMode: 'WRITE', database: 'neo4j' } as const;
const DEADLOCK = 'Neo.TransientError.Transaction.DeadlockDetected';
const DEADLOCK_RETRIES = 100;

/** Retried at once: the driver would sleep for a second, in which the other session works alone. */
async function writeTransaction(session: Session, statements: readonly ReturnType<StatementFor>[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const transaction = session.beginTransaction();
    try {
      await Promise.all(statements.map(({ text, parameters }) => transaction.run(text, parameters)));
      await transaction.commit();
      return;
    } catch (error) {
      if (transaction.isOpen()) await transaction.rollback();
      if ((error as { code?: string }).code !== DEADLOCK || attempt === DEADLOCK_RETRIES) throw error;
    }
  }
}

async function writeAll(
  session: Session,
  rows: readonly GraphRow[],
  size: number,
  statement: StatementFor,
): Promise<void> {
  for (let at = 0; at < rows.length; at += size)
    await writeTransaction(session, byShape(rows.slice(at, at + size)).map(statement));
}

function oneSession(name: string, driver: Driver, statement: StatementFor): GraphWriter {
  const session = driver.session(WRITING);
  return {
    name,
    write: async (rows) => await writeAll(session, rows, ROWS_PER_TRANSACTION, statement),
    close: async () => await session.close(),
  };
}

export const mergeMergeCreate = (driver: Driver): GraphWriter => oneSession('raw: list of maps', driver, listOfMaps);
export const parameterLists = (driver: Driver): GraphWriter => oneSession('raw: parallel lists', driver, parallelLists);

/**
 * Two sessions at once, the rows split by their object, because objects are the hubs of intake (one number, many accounts):
 * no hub is ever written from both. Subjects meet, so a deadlock can happen and is retried.
 */
export function twoSessions(driver: Driver): GraphWriter {
  const sessions = [driver.session(WRITING), driver.session(WRITING)];
  return {
    name: 'raw: two sessions',
    write: async (rows) => {
      const parts: GraphRow[][] = sessions.map(() => []);
      for (const row of rows) parts[Number.parseInt(row.object.id.slice(-1), 16) % sessions.length]?.push(row);
      await Promise.all(
        sessions.map((session, at) => writeAll(session, parts[at] ?? [], ROWS_OF_ONE_OF_TWO, parallelLists)),
      );
    },
    close: async () => {
      await Promise.all(sessions.map((session) => session.close()));
    },
  };
}
