/** Waiting for the relay and the projector, by what they themselves record of their progress. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Driver, Integer } from 'neo4j-driver';
import type { EventLog } from '#event-log';

const LOOK_MS = 10;
/** Looking costs the graph store a millisecond: seldom at first, often when the end is near. */
const LOOK_FAR_FROM_THE_END_MS = 100;
const NEAR_THE_END = 0.08;
const WITHIN_MS = 240_000;

/** Last position sent into each partition, by `topic/generation/partition`. */
export type Lasts = Map<string, number>;

export async function lastsOf(log: EventLog): Promise<Lasts> {
  const topics = await log.topics();
  return new Map(
    topics.flatMap(({ topic, generation, partitions }) =>
      partitions.map(({ partition, lastPosition }) => [`${topic}/${generation}/${partition}`, lastPosition] as const),
    ),
  );
}

/** Until Kafka has acknowledged everything up to a position. */
export async function untilSent(log: EventLog, position: number): Promise<void> {
  const until = Date.now() + WITHIN_MS;
  for (let sent = await log.positions.published(); sent < position; sent = await log.positions.published()) {
    if (Date.now() > until)
      throw new Error(
        `The relay has sent up to position ${sent} of ${position} in ${WITHIN_MS / 1000} s; its log says why.`,
      );
    await pause(LOOK_MS);
  }
}

/** Until the graph says that everything up to these positions took effect. */
export async function untilDrained(driver: Driver, lasts: Lasts): Promise<void> {
  const until = Date.now() + WITHIN_MS;
  let atFirst: number | undefined;
  for (;;) {
    const left = await positionsLeft(driver, lasts);
    if (left === 0) return;
    if (Date.now() > until)
      throw new Error(`The projector is ${left} positions behind after ${WITHIN_MS / 1000} s; its log says why.`);
    atFirst ??= left;
    await pause(left < atFirst * NEAR_THE_END ? LOOK_MS : LOOK_FAR_FROM_THE_END_MS);
  }
}

async function positionsLeft(driver: Driver, lasts: Lasts): Promise<number> {
  const { records } = await driver.executeQuery(
    'MATCH (p:Position) RETURN p.key AS key, p.last AS last',
    {},
    { database: 'neo4j' },
  );
  const reached = new Map(records.map((row) => [row.get('key') as string, (row.get('last') as Integer).toNumber()]));
  return [...lasts].reduce((left, [key, last]) => left + Math.max(0, last - (reached.get(key) ?? 0)), 0);
}
