import {
  DigestSum,
  PositionsMoved,
  type DiscardedNode,
  type EntityNode,
  type GraphDigest,
  type GraphWrite,
  type ParkedNode,
  type PositionNode,
  type ProjectionMarks,
  type StatementWrite,
  type StoredStatement,
} from '#graph';
import type { GraphStore } from '../../../apps/graph-projector/writing/graph-store.js';

interface Held {
  write: StatementWrite & Pick<StoredStatement['facts'], 'hows'>;
  gone?: number;
}

/** A graph in memory, for simulations of many histories. Passes the contract suite of the real one. */
export class InMemoryStore implements GraphStore {
  private positions = new Map<string, PositionNode>();
  private parked: ParkedNode[] = [];
  private discarded = new Map<string, DiscardedNode>();
  private statements: Held[] = [];
  private wiping = false;

  probe(): Promise<void> {
    return Promise.resolve();
  }

  readPositions(): Promise<PositionNode[]> {
    return Promise.resolve([...this.positions.values()].sort((one, other) => (one.key < other.key ? -1 : 1)));
  }

  async readMarks(): Promise<ProjectionMarks> {
    const positions = await this.readPositions();
    const parked = [...this.parked].sort((one, other) => one.position - other.position);
    return { positions, parked, discarded: [...this.discarded.values()] };
  }

  addPositions(nodes: readonly PositionNode[]): Promise<void> {
    for (const node of nodes) if (!this.positions.has(node.key)) this.positions.set(node.key, { ...node });
    return Promise.resolve();
  }

  replacePositions(old: readonly PositionNode[], next: readonly PositionNode[]): Promise<void> {
    for (const { key } of old) this.positions.delete(key);
    return this.addPositions(next);
  }

  async apply({ moves, anew, statements, withdrawals, regrades, parked }: GraphWrite): Promise<{ notFound: number }> {
    await Promise.resolve(); // like a real store, never in the same turn
    for (const { from } of moves) {
      const node = this.positions.get(from.key);
      if (node?.last !== from.last || node.event !== from.event || node.incarnation !== from.incarnation)
        throw new PositionsMoved(`${from.key} is not where this write begins`);
    }
    for (const { from, to } of moves) this.positions.set(from.key, { ...from, ...to });
    if (anew !== undefined) this.clear(anew);
    for (const write of statements) this.statements.push({ write });
    const notFound = withdrawals.filter((withdrawal) => !this.withdraw(withdrawal)).length;
    const notRegraded = regrades.filter((regrade) => !this.regrade(regrade)).length;
    this.parked.push(...parked);
    return { notFound: notFound + notRegraded };
  }

  wipeIsOpen(): Promise<boolean> {
    return Promise.resolve(this.wiping);
  }

  beginWipe(): Promise<void> {
    this.wiping = true;
    this.positions.clear();
    this.parked = [];
    this.discarded.clear();
    return Promise.resolve();
  }

  async finishWipe(begin: readonly PositionNode[]): Promise<void> {
    this.statements = [];
    await this.addPositions(begin);
    this.wiping = false;
  }

  digest(): Promise<GraphDigest> {
    const sum = new DigestSum();
    const entities = new Map<string, EntityNode>();
    for (const { write, gone } of this.statements) {
      const { relation, subject, object, ...facts } = write;
      for (const end of [subject, object]) entities.set(end.id, end);
      sum.statement({
        relation,
        subject: subject.id,
        object: object.id,
        facts: { ...facts, ...(gone !== undefined && { gone }) },
      });
    }
    for (const entity of entities.values()) sum.entity(entity);
    for (const one of this.parked) sum.parked(one);
    for (const one of this.discarded.values()) sum.discarded(one);
    return Promise.resolve(sum.result());
  }

  /** A copy as it is now, to be put back later. */
  copy(): InMemoryStore {
    const copy = new InMemoryStore();
    copy.putBack(this);
    return copy;
  }

  /** Takes the state of another in place of its own, as a restore does. */
  putBack(older: InMemoryStore): void {
    this.positions = new Map(older.positions);
    this.parked = [...older.parked];
    this.discarded = new Map(older.discarded);
    this.statements = older.statements.map((held) => ({ ...held }));
    this.wiping = older.wiping;
  }

  /** What stands in it, for a spec that looks. */
  stored(): StoredStatement[] {
    return this.statements.map(({ write: { relation, subject, object, ...facts }, gone }) => ({
      relation,
      subject: subject.id,
      object: object.id,
      facts: { ...facts, ...(gone !== undefined && { gone }) },
    }));
  }

  private clear({ streams, removals, discarded }: NonNullable<GraphWrite['anew']>): void {
    this.parked = this.parked.filter(({ stream }) => !streams.includes(stream));
    for (const one of discarded) this.discarded.set(`${one.stream}/${one.streamVersion}`, one);
    this.statements = this.statements.filter(
      ({ write }) =>
        !removals.some(
          ({ relation, subject, object, ref }) =>
            write.ref === ref &&
            write.relation === relation &&
            write.subject.id === subject &&
            write.object.id === object,
        ),
    );
  }

  private withdraw(withdrawal: GraphWrite['withdrawals'][number]): boolean {
    const acted = this.actedOn(withdrawal).filter(
      ({ write, gone }) => gone === undefined && write.pos < withdrawal.pos,
    );
    for (const held of acted) held.gone = withdrawal.pos;
    return acted.length > 0 || withdrawal.ifAny === true;
  }

  private regrade(regrade: GraphWrite['regrades'][number]): boolean {
    const acted = this.actedOn(regrade);
    for (const held of acted) {
      const hows = regrade.how === undefined ? held.write.hows : [...(held.write.hows ?? []), regrade.how];
      held.write = { ...held.write, aud: regrade.aud, ...(hows !== undefined && { hows }) };
    }
    return acted.length > 0;
  }

  private actedOn({ relation, subject, object, ref, i }: Omit<GraphWrite['regrades'][number], 'aud'>): Held[] {
    return this.statements.filter(
      ({ write }) =>
        write.ref === ref &&
        (write.i ?? 0) === i &&
        write.relation === relation &&
        write.subject.id === subject.id &&
        write.object.id === object.id,
    );
  }
}
