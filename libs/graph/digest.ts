import { hash } from 'node:crypto';
import { ENTITY_LABELS, type EntityKind } from '#events';
import type { Graph } from './graph.js';
import { readMarks } from './positions.js';
import type { DiscardedNode, EntityNode, ParkedNode, StoredStatement } from './statement.js';

/**
 * One hash of all that the graph says, equal for every order in which it came to be: each part is hashed for itself and the
 * hashes are added. Positions are left out: they tell how far the projection is, which two graphs compare before.
 */
export interface GraphDigest {
  entities: number;
  statements: number;
  parked: number;
  discarded: number;
  /** 32 hex characters. */
  hash: string;
}

const LANES = 4;

/** Sum of hashes, modulo 2^32 in four lanes. What was added can be taken away again. */
export class DigestSum {
  private readonly lanes = new Uint32Array(LANES);
  private readonly counts = { entities: 0, statements: 0, parked: 0, discarded: 0 };

  entity({ kind, id, key }: EntityNode, sign: 1 | -1 = 1): void {
    this.add('entities', [ENTITY_LABELS[kind], id, key], sign);
  }

  statement(statement: StoredStatement, sign: 1 | -1 = 1): void {
    this.add('statements', statementFacts(statement), sign);
  }

  parked({ position, stream, streamVersion }: Pick<ParkedNode, 'position' | 'stream' | 'streamVersion'>): void {
    this.add('parked', [position, stream, streamVersion], 1);
  }

  discarded({ stream, streamVersion }: DiscardedNode): void {
    this.add('discarded', [stream, streamVersion], 1);
  }

  result(): GraphDigest {
    const hex = [...this.lanes].map((lane) => lane.toString(16).padStart(8, '0')).join('');
    return { ...this.counts, hash: hash('sha256', JSON.stringify([hex, this.counts]), 'hex').slice(0, 32) };
  }

  private add(part: keyof GraphDigest & keyof typeof this.counts, facts: unknown[], sign: 1 | -1): void {
    const bytes = hash('sha256', JSON.stringify([part, facts]), 'buffer');
    for (let lane = 0; lane < LANES; lane++)
      this.lanes[lane] = (this.lanes[lane] ?? 0) + sign * bytes.readUInt32LE(4 * lane);
    this.counts[part] += sign;
  }
}

/** Names of what a statement says beside its ends, in the order in which it is hashed and compared. */
export const STATEMENT_FACTS = [
  'pos',
  'i',
  'ref',
  'aud',
  'org',
  'how',
  'hows',
  'src',
  'from',
  'to',
  'conf',
  'n',
  'cat',
  'role',
  'gone',
  'prop',
  'val',
  'unit',
] as const satisfies readonly (keyof StoredStatement['facts'])[];

/** All that a statement says: relation, ends, then {@link STATEMENT_FACTS}. */
export function statementFacts({
  relation,
  subject,
  object,
  facts,
}: StoredStatement): (string | number | boolean | null)[] {
  return [
    relation,
    subject,
    object,
    ...STATEMENT_FACTS.map((name) => (name === 'hows' ? (facts.hows?.join(' ') ?? null) : (facts[name] ?? null))),
  ];
}

/** Digest of the graph as it is, in pages. Meaningful while nobody writes: compare the positions before and after. */
export async function graphDigest(graph: Graph): Promise<GraphDigest> {
  const sum = new DigestSum();
  for await (const entity of readEntities(graph)) sum.entity(entity);
  for await (const statement of readStatements(graph)) sum.statement(statement);
  const { parked, discarded } = await readMarks(graph);
  for (const one of parked) sum.parked(one);
  for (const one of discarded) sum.discarded(one);
  return sum.result();
}

const KIND_OF_LABEL = new Map(
  Object.entries(ENTITY_LABELS).map(([kind, label]) => [label as string, kind as EntityKind]),
);

/** Entities of the graph, one by one. An entity without exactly one known kind is a fault of the graph. */
export async function* readEntities(graph: Graph): AsyncIterable<EntityNode> {
  const rows = graph.stream<{ id: string; key: string; labels: string[] }>(
    'MATCH (e:Entity) RETURN e.id AS id, e.key AS key, labels(e) AS labels',
    {},
    { timeoutMs: 0 },
  );
  for await (const { id, key, labels } of rows) {
    const [kind, ...more] = labels.flatMap((label) => KIND_OF_LABEL.get(label) ?? []);
    if (kind === undefined || more.length > 0 || labels.length !== 2)
      throw new Error(`entity ${id} carries the labels ${labels.join(', ')} in place of Entity and one kind`);
    yield { kind, id, key };
  }
}

/** Statements of the graph, one by one. */
export function readStatements(graph: Graph): AsyncIterable<StoredStatement> {
  return graph.stream<StoredStatement>(
    'MATCH (a:Entity)-[r]->(b:Entity) RETURN type(r) AS relation, a.id AS subject, b.id AS object, properties(r) AS facts',
    {},
    { timeoutMs: 0 },
  );
}
