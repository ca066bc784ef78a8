import type { Decoded } from '#events';
import {
  DigestSum,
  type EntityNode,
  type GraphDigest,
  type ParkedNode,
  type RegradeWrite,
  type StoredStatement,
  type WithdrawalWrite,
} from '#graph';
import type { IdOf } from './entity-ids.js';
import { project } from './project.js';

/** An event of the log, in position order, decoded as far as it can be. */
export interface FoldedEvent {
  position: number;
  stream: string;
  streamVersion: number;
  decoded: Decoded;
}

/** What the graph remembers of decisions and faults. It depends on when a fault was mended, so it is taken from the graph. */
export interface FoldMarks {
  parked: readonly ParkedNode[];
  /** `stream/version` of events that a decision discarded. */
  discarded: ReadonlySet<string>;
}

/**
 * What the graph must say: a pure fold of the log, event by event, without batches, stores or transport. It keeps every statement
 * in memory (about 0.5 kB each), so that differences can be named.
 */
export class Fold {
  /** By `ref`, which a stream shares with hardly any other. */
  private readonly statements = new Map<number, StoredStatement[]>();
  private readonly entities = new Map<string, EntityNode>();
  private readonly parked: Pick<ParkedNode, 'position' | 'stream' | 'streamVersion'>[] = [];
  private readonly parkedFrom = new Map<string, number>();
  private readonly discarded: ReadonlySet<string>;

  constructor(
    private readonly idOf: IdOf,
    marks: FoldMarks,
  ) {
    this.discarded = marks.discarded;
    for (const { stream, position } of marks.parked)
      this.parkedFrom.set(stream, Math.min(position, this.parkedFrom.get(stream) ?? Infinity));
  }

  take({ position, stream, streamVersion, decoded }: FoldedEvent): void {
    if (this.discarded.has(`${stream}/${streamVersion}`)) return;
    const projected = 'event' in decoded ? project(position, decoded.event, this.idOf) : decoded;
    if ('fault' in projected) this.parkedFrom.set(stream, Math.min(position, this.parkedFrom.get(stream) ?? Infinity));
    if (position >= (this.parkedFrom.get(stream) ?? Infinity)) this.parked.push({ position, stream, streamVersion });
    else if ('change' in projected) {
      for (const { relation, subject, object, ...facts } of projected.change.statements) {
        for (const end of [subject, object]) this.entities.set(end.id, end);
        const same = this.statements.get(facts.ref);
        const statement = { relation, subject: subject.id, object: object.id, facts };
        if (same === undefined) this.statements.set(facts.ref, [statement]);
        else same.push(statement);
      }
      for (const withdrawal of projected.change.withdrawals) this.withdraw(withdrawal);
      for (const regrade of projected.change.regrades) this.regrade(regrade);
    }
  }

  digest(): GraphDigest {
    const sum = new DigestSum();
    for (const entity of this.entities.values()) sum.entity(entity);
    for (const statement of this.allStatements()) sum.statement(statement);
    for (const one of this.parked) sum.parked(one);
    for (const key of this.discarded) sum.discarded(versionOf(key));
    return sum.result();
  }

  /** The expected statement at the place of another, taken out: what is left at the end is missing in the graph. */
  takeOut({ relation, subject, object, facts }: StoredStatement): StoredStatement | undefined {
    const same = this.statements.get(facts.ref) ?? [];
    const at = same.findIndex(
      (each) =>
        each.relation === relation &&
        each.subject === subject &&
        each.object === object &&
        each.facts.pos === facts.pos &&
        (each.facts.i ?? 0) === (facts.i ?? 0),
    );
    return at < 0 ? undefined : same.splice(at, 1)[0];
  }

  takeOutEntity({ id }: EntityNode): EntityNode | undefined {
    const entity = this.entities.get(id);
    this.entities.delete(id);
    return entity;
  }

  *allStatements(): Iterable<StoredStatement> {
    for (const same of this.statements.values()) yield* same;
  }

  allEntities(): Iterable<EntityNode> {
    return this.entities.values();
  }

  allParked(): readonly Pick<ParkedNode, 'position' | 'stream' | 'streamVersion'>[] {
    return this.parked;
  }

  private withdraw(withdrawal: WithdrawalWrite): void {
    for (const { facts } of this.actedOn(withdrawal)) if (facts.pos < withdrawal.pos) facts.gone ??= withdrawal.pos;
  }

  private regrade(regrade: RegradeWrite): void {
    for (const { facts } of this.actedOn(regrade)) {
      facts.aud = regrade.aud;
      if (regrade.how !== undefined) facts.hows = [...(facts.hows ?? []), regrade.how];
    }
  }

  private actedOn({ relation, subject, object, ref, i }: Omit<RegradeWrite, 'aud'>): StoredStatement[] {
    return (this.statements.get(ref) ?? []).filter(
      (each) =>
        each.relation === relation &&
        each.subject === subject.id &&
        each.object === object.id &&
        (each.facts.i ?? 0) === i,
    );
  }
}

function versionOf(key: string): { stream: string; streamVersion: number } {
  const slash = key.lastIndexOf('/');
  return { stream: key.slice(0, slash), streamVersion: Number(key.slice(slash + 1)) };
}
