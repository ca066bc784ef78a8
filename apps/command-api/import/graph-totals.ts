import type { EntityKind } from '#events';
import { canonical } from '#identifiers';
import type { AssertionLine } from './rows-to-send.js';
import type { EntityText } from './template.js';

export interface ExpectedGraph {
  assertions: number;
  /** Entities by kind, as the canonical keys tell them apart. */
  entities: Record<string, number>;
  /** Statements by relation. */
  statements: Record<string, number>;
  entitiesInAll: number;
  statementsInAll: number;
}

/** What the graph must hold of an import once it is projected: counted over the lines that the server has, not over the files. */
export class GraphTotals {
  readonly #keys = new Map<string, Set<string>>();
  readonly #statements = new Map<string, number>();
  #assertions = 0;

  add(line: Pick<AssertionLine, 'subject' | 'statements'>): void {
    this.#assertions += 1;
    this.#entity(line.subject);
    for (const { relation, object } of line.statements) {
      this.#statements.set(relation, (this.#statements.get(relation) ?? 0) + 1);
      if (object !== undefined) this.#entity(object);
    }
  }

  get expected(): ExpectedGraph {
    const entities = Object.fromEntries([...this.#keys].map(([kind, keys]) => [kind, keys.size] as const).sort());
    const statements = Object.fromEntries([...this.#statements].sort());
    return {
      assertions: this.#assertions,
      entities,
      statements,
      entitiesInAll: sum(entities),
      statementsInAll: sum(statements),
    };
  }

  #entity({ kind, value, region, platform }: EntityText): void {
    const keys = this.#keys.get(kind) ?? new Set<string>();
    this.#keys.set(kind, keys);
    const hints = { ...(region === undefined ? {} : { region }), ...(platform === undefined ? {} : { platform }) };
    keys.add(canonical(kind as EntityKind, value, hints).key);
  }
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
