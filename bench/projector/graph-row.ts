/**
 * One relationship of the graph with its two ends, ready to write: what a hand-written writer starts from. Numbers are driver
 * integers already, so that the baselines pay nothing for conversion inside the measured time.
 */
import { createHash } from 'node:crypto';
import neo4j, { type Integer } from 'neo4j-driver';
import { ENTITY_LABELS, first52Bits, audienceOf, GRADING_SCHEMES, type EntityKind, type RelationType } from '#events';
import { entityId } from '#identifiers';
import type { Report } from '../workload/reports.js';

export interface GraphRow {
  relation: RelationType;
  subjectKind: EntityKind;
  objectKind: EntityKind;
  subjectId: string;
  subjectKey: string;
  objectId: string;
  objectKey: string;
  properties: Record<string, Integer | string>;
}

const DAY_SECONDS = 86_400;

/** A report as the graph holds it. Every report of the workloads makes one statement. */
export function graphRowOf(report: Report, position: number, secret: Buffer): GraphRow {
  const { subject, statements } = report.body.data;
  const [statement] = statements;
  if (statement === undefined || statements.length !== 1)
    throw new Error('A report of the workload has one statement.');
  const object = statement.relation === 'STATED' ? subject : statement.object;
  const from = Date.parse(`${statement.from}T00:00:00Z`) / 1000;
  const integers: Record<string, number | undefined> = {
    pos: position,
    ref: Number.parseInt(report.stream.replaceAll('-', '').slice(-13), 16),
    aud: audienceOf(report.marking),
    org: Number.parseInt(report.source.slice(-8), 16),
    how: packedGrading(report),
    src: report.origin === undefined ? undefined : first52Bits(createHash('sha256').update(report.origin).digest()),
    from,
    to: from + DAY_SECONDS,
    n: statement.count,
  };
  const properties: GraphRow['properties'] = {};
  for (const [name, value] of Object.entries(integers)) if (value !== undefined) properties[name] = neo4j.int(value);
  if (statement.relation === 'STATED') {
    properties['prop'] = statement.property;
    properties['val'] = String(statement.value);
  }
  return {
    relation: statement.relation,
    subjectKind: subject.kind,
    objectKind: object.kind,
    subjectId: entityId(secret, subject.kind, subject.key),
    subjectKey: subject.key,
    objectId: entityId(secret, object.kind, object.key),
    objectKey: object.key,
    properties,
  };
}

function packedGrading({ grading }: Report): number | undefined {
  if (grading === undefined) return undefined;
  const codes = GRADING_SCHEMES['3x5x2'];
  return (
    1 +
    (codes.source as readonly string[]).indexOf(grading.source) * 8 +
    (codes.information as readonly string[]).indexOf(grading.information)
  );
}

/** What decides the statement's text: labels and type cannot be parameters in Cypher. */
export function shapeOf(row: GraphRow): string {
  return `${row.relation} ${row.subjectKind} ${row.objectKind}`;
}

export function labelOf(kind: EntityKind): string {
  return ENTITY_LABELS[kind];
}
