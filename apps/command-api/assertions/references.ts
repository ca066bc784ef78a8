import { createHash } from 'node:crypto';
import type { LogReads, LogWrites } from '#event-log';
import type { AssertionGiven, EntityGiven } from './given.js';

/** An assertion that the organisation has sent under its own reference before. */
export interface KnownReference {
  assertion: string;
  content: Buffer;
}

/** What an organisation's references stand for already. One query for as many as are asked. */
export async function knownReferences(
  read: LogReads,
  organisation: string,
  references: readonly string[],
): Promise<Map<string, KnownReference>> {
  if (references.length === 0) return new Map();
  const rows = await read.query<KnownReference & { reference: string }>(
    // A look-up for each reference: a plan made while the table was small would scan it for ever.
    `SELECT asked.reference, known.assertion, known.content
     FROM unnest($2::text[]) AS asked (reference), LATERAL (
       SELECT r.assertion, r.content FROM assertion_references r
       WHERE r.organisation = $1 AND r.reference = asked.reference LIMIT 1
     ) AS known`,
    [organisation, references],
  );
  return new Map(rows.map(({ reference, assertion, content }) => [reference, { assertion, content }]));
}

export interface NewReference {
  reference: string;
  assertion: string;
  content: Buffer;
}

/** Fails with a unique violation where somebody else was first with one of them; the whole transaction is then decided anew. */
export async function keepReferences(
  write: LogWrites,
  organisation: string,
  made: readonly NewReference[],
): Promise<void> {
  if (made.length === 0) return;
  // In one order, or two senders of the same delivery would wait for each other.
  const sorted = [...made].sort((a, b) => (a.reference < b.reference ? -1 : 1));
  await write.query(
    `INSERT INTO assertion_references (organisation, reference, assertion, content)
     SELECT $1, reference, assertion, content
     FROM unnest($2::text[], $3::uuid[], $4::bytea[]) AS made (reference, assertion, content)`,
    [
      organisation,
      sorted.map(({ reference }) => reference),
      sorted.map(({ assertion }) => assertion),
      sorted.map(({ content }) => content),
    ],
  );
}

/**
 * Hash of what was said, in an order of fields of our own: the same thing sent again is the same content however it is
 * written. It rests on what was given and not on canonical forms, which may change with the rules.
 */
export function contentOf(given: AssertionGiven): Buffer {
  const { marking, grading, statementKind, time } = given;
  const said = [
    entity(given.subject),
    given.statements.map((statement) => [
      statement.relation,
      statement.object === undefined ? null : entity(statement.object),
      statement.property,
      statement.value,
      statement.unit,
      statement.from,
      statement.to,
      statement.confidence,
      statement.count,
      // Only where there is one, so that what was sent before there were categories is still the same content.
      ...(statement.category === undefined ? [] : [statement.category]),
    ]),
    [grading.scheme, grading.source, grading.information],
    [marking.gsc, marking.tlp, marking.handling, marking.conditions, marking.releasableTo, marking.compartment],
    [statementKind.kind, statementKind.assessor],
    time.at,
    given.origin,
    given.basis,
    given.purpose,
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest();
}

function entity({ kind, value, region, platform }: EntityGiven): unknown[] {
  return [kind, value, region, platform];
}
