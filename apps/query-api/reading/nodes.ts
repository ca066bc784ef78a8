import type { CypherValue } from './fetch.js';

/**
 * Rows over a frontier say by which numbers the store knows whom they name, and what is asked of these next names the numbers: an id
 * of 36 characters costs four times as much to send and has to be looked for in an index. Only within one question: a number is given
 * to another entity once its own is gone, which only a wipe does, and an answer that was drawn during a wipe is refused.
 */
export class KnownNodes {
  private readonly nodes = new Map<string, number>();

  /** Takes the numbers out of rows. */
  learn<Row>(rows: Row[]): Row[] {
    for (const row of rows as { id?: string; node?: number; others?: string[]; nodes?: number[] }[]) {
      if (row.node !== undefined) this.nodes.set(row.id!, row.node);
      else if (row.nodes !== undefined) row.nodes.forEach((node, at) => this.nodes.set(row.others![at]!, node));
      else return rows;
      delete row.node;
      delete row.nodes;
    }
    return rows;
  }

  /** A request by numbers in place of ids; as it came where the text looks up nobody from a list, or somebody whose number is not known. */
  asked(cypher: string, params: Record<string, CypherValue>): Asked {
    const text = byNodes(cypher);
    if (text === undefined) return { cypher, params };
    const numbers = text.named.map((name) =>
      Float64Array.from(params[name] as string[], (id) => this.nodes.get(id) ?? Number.NaN),
    );
    if (numbers.some((these) => these.some(Number.isNaN))) return { cypher, params };
    return {
      cypher: text.cypher,
      params: { ...params, ...Object.fromEntries(text.named.map((name, at) => [name, numbers[at]!])) },
    };
  }
}

interface Asked {
  cypher: string;
  params: Record<string, CypherValue | Float64Array>;
}

interface ByNodes {
  cypher: string;
  /** Parameters that hold numbers in place of ids. */
  named: readonly string[];
}

const LOOKED_UP = /MATCH \((\w+):Entity \{id: (\$(\w+)\[(?:[^[\]]|\[[^\]]*\])*\])\}\)(?=\s+(?:MATCH|CALL)\b)/g;
const AMONG = /\b(\w+)\.id IN \$(\w+)/g;
const texts = new Map<string, ByNodes | undefined>();

/** A fetch's text with numbers for ids; undefined where it looks up nobody from a list. */
export function byNodes(cypher: string): ByNodes | undefined {
  if (!texts.has(cypher)) {
    const lookedUp = [...cypher.matchAll(LOOKED_UP)].map(([, , , name]) => name!);
    const named = [...new Set([...lookedUp, ...[...cypher.matchAll(AMONG)].map(([, , name]) => name!)])];
    const text = cypher
      .replaceAll(LOOKED_UP, 'MATCH ($1:Entity) WHERE id($1) = toInteger($2)')
      .replaceAll(AMONG, 'id($1) IN $$$2');
    texts.set(cypher, lookedUp.length === 0 ? undefined : { cypher: text, named });
  }
  return texts.get(cypher);
}
