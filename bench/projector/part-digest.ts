/**
 * One hash over what a writer made of a part: nodes with their labels and keys, relationships with all properties. The order of
 * writing does not show in it; what differs between parts by design (the part in the keys, the first position) is taken out.
 */
import { createHash } from 'node:crypto';
import neo4j, { type Driver } from 'neo4j-driver';
import { first52Bits } from '#events';
import { keyWithoutPart } from '../workload/reports.js';

export interface PartDigest {
  relationships: number;
  digest: string;
}

export interface PartToDigest {
  /** Ids of the subjects that the part names; every relationship of the part begins at one of them. */
  subjects: Iterable<string>;
  /** Position before the first one of the part. */
  positionsAfter: number;
  /** Only the first so many events. */
  events: number;
}

const IDS_PER_READ = 5_000;
const MODULUS = 2n ** 64n;

interface Row {
  subject: string;
  subjectLabels: string[];
  object: string;
  objectLabels: string[];
  type: string;
  properties: Record<string, unknown>;
}

const READ = `UNWIND $ids AS id
MATCH (a:Entity {id: id})-[r]->(b)
WHERE r.pos > $after AND r.pos <= $upTo
RETURN a.key AS subject, labels(a) AS subjectLabels, b.key AS object, labels(b) AS objectLabels, type(r) AS type, properties(r) AS properties`;

export async function partDigest(driver: Driver, part: PartToDigest): Promise<PartDigest> {
  const ids = [...new Set(part.subjects)];
  const bounds = { after: neo4j.int(part.positionsAfter), upTo: neo4j.int(part.positionsAfter + part.events) };
  let relationships = 0;
  let sum = 0n;
  for (let at = 0; at < ids.length; at += IDS_PER_READ) {
    const chunk = ids.slice(at, at + IDS_PER_READ);
    const { records } = await driver.executeQuery(READ, { ids: chunk, ...bounds }, { routing: neo4j.routing.READ });
    for (const record of records) {
      relationships++;
      sum = (sum + BigInt(hashOf(record.toObject() as unknown as Row, part.positionsAfter))) % MODULUS;
    }
  }
  return { relationships, digest: sum.toString(16).padStart(16, '0') };
}

function hashOf(row: Row, positionsAfter: number): number {
  const properties = Object.entries(row.properties)
    .map(([name, value]): [string, unknown] => [name, neo4j.isInt(value) ? value.toNumber() : value])
    .map(([name, value]) => [name, name === 'pos' ? (value as number) - positionsAfter : value])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const facts = [
    keyWithoutPart(row.subject),
    row.subjectLabels.toSorted(),
    keyWithoutPart(row.object),
    row.objectLabels.toSorted(),
    row.type,
    properties,
  ];
  return first52Bits(createHash('sha256').update(JSON.stringify(facts)).digest());
}
