import { createHash } from 'node:crypto';
import { References } from '../bulk-intake/references.js';
import type { AssertionGiven, EntityGiven } from './given.js';

export const ASSERTION_REFERENCES = new References('assertion_references', 'assertion');

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
      // Only where there is one, so that what was sent before there were categories or roles is still the same content.
      ...(statement.category === undefined ? [] : [statement.category]),
      ...(statement.role === undefined ? [] : [{ role: statement.role }]),
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
