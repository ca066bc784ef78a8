import { GraphRefusal } from '#graph';
import type { Stores } from '../ports.js';
import type { ParkingDecision } from '../projections/projected.js';
import type { Intake } from '../transport/intake.js';
import { versionKey } from '../writing/assemble.js';
import type { PreparedEvent } from '../writing/prepare.js';
import { projectAnew } from '../writing/project-anew.js';
import type { Writer } from '../writing/writer.js';

type Decided = PreparedEvent & { projected: { decision: ParkingDecision } };

/** Writes a batch; a decision about parked events stands alone, between what came before it and what comes after. */
export async function writeInOrder(
  stores: Stores,
  intake: Intake,
  writer: Writer,
  batch: readonly PreparedEvent[],
): Promise<void> {
  let from = 0;
  for (const [at, event] of batch.entries()) {
    if (!('decision' in event.projected)) continue;
    await writer.write(batch.slice(from, at));
    from = takesEffect(event, writer) ? at + 1 : at;
    if (from > at) await carryOut(stores, intake, writer, event as Decided);
  }
  await writer.write(batch.slice(from));
}

/** A decision may itself be discarded, or stand behind a parked one; it is then handled like any other event. */
function takesEffect({ stream, streamVersion }: PreparedEvent, { marks }: Writer): boolean {
  return !marks.parked.has(stream) && !marks.discarded.has(versionKey(stream, streamVersion));
}

/**
 * Carries out a decision. Where the graph refuses what it would bring back, the stream stays parked from the version on that
 * was parked before, and, should even that be refused, from its first.
 */
async function carryOut(stores: Stores, intake: Intake, writer: Writer, event: Decided): Promise<void> {
  const keyOf = (topic: string, stream: string): string | undefined => intake.partitionKeyOf(topic, stream);
  const { stream } = event.projected.decision;
  for (const parkFrom of [async () => Infinity, async () => await firstParked(stores, stream), async () => 1]) {
    try {
      const { write, events } = await projectAnew(stores, writer.marks, event, { keyOf, parkFrom: await parkFrom() });
      return await writer.apply(write, events);
    } catch (error) {
      if (!(error instanceof GraphRefusal) || error.code === 'graph.timeout') throw error;
      await stores.graph.probe();
    }
  }
  throw new Error(`the graph refuses even to park stream ${stream}`);
}

async function firstParked({ graph }: Stores, stream: string): Promise<number> {
  const { parked } = await graph.readMarks();
  const versions = parked.flatMap((node) => (node.stream === stream ? [node.streamVersion] : []));
  return Math.min(...versions);
}
