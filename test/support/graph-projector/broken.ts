import type { GraphWrite } from '#graph';
import type { TransportRecord } from '#kafka';
import { Intake, type Verdict } from '../../../apps/graph-projector/transport/intake.js';
import type { OpenProjection } from '../../../apps/graph-projector/session/open-projection.js';
import { InMemoryStore } from './in-memory-store.js';

/** Wrong ways to do it, kept so that each proof can be seen failing. */

/** Takes whatever lies beyond what it has, as "position > last" does, and never asks what stood between. */
export class HeedlessIntake extends Intake {
  private readonly beyond = new Map<string, number>();

  override offer(record: TransportRecord): Verdict {
    const key = `${record.topic}/${record.generation}/${record.partition}`;
    if (record.position <= (this.beyond.get(key) ?? 0)) return 'repeat';
    this.beyond.set(key, record.position);
    return 'next';
  }

  override heal(): boolean {
    return false;
  }
}

/** Takes what it has taken before, as a reader does that trusts the transport to bring each record once. */
export class TrustingIntake extends Intake {
  override offer(record: TransportRecord): Verdict {
    const verdict = super.offer(record);
    return verdict === 'repeat' ? 'next' : verdict;
  }
}

export const intakeOf =
  (Broken: typeof Intake) =>
  ({ topics, intake }: OpenProjection): Intake =>
    new Broken(topics, (key) => intake.taken(key));

/** Writes without comparing positions, as a writer does that trusts its lease. */
export class UnfencedStore extends InMemoryStore {
  override async apply(write: GraphWrite): Promise<{ notFound: number }> {
    const { positions } = await this.readMarks();
    const now = new Map(positions.map((node) => [node.key, node]));
    const moves = write.moves.map(({ from, to }) => ({ from: now.get(from.key) ?? from, to }));
    return await super.apply({ ...write, moves });
  }
}
