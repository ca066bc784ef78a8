import { GRADING_SCHEMES, gradingIsKnown, type Grading, type RelationType } from '#events';
import { packHow } from '#graph';
import { fault } from '../terms/refusals.js';
import { validityOf, type ValidTerms } from '../terms/times.js';
import { holdsIn, stands, type Sight, type Validity, type WorldStatement } from './fetch.js';

/** Which of the visible statements a question is about. `null` filters nothing. */
export type Filter = Validity & {
  relations: string[] | null;
  /** Packed forms of every grading that is at least the one asked for. */
  gradings: number[] | null;
};

export function passes(statement: WorldStatement, filter: Filter & Sight): boolean {
  return (
    stands(statement, filter) &&
    holdsIn(statement, filter) &&
    (filter.relations === null || filter.relations.includes(statement.relation)) &&
    (filter.gradings === null || (statement.how !== undefined && filter.gradings.includes(statement.how)))
  );
}

/**
 * Every packed grading at least as good as the one given, on both axes. Schemes are never converted into each other (R1):
 * a statement graded in another scheme, or not at all, is not comparable and does not pass.
 */
export function gradingsFrom(minimum: Grading): number[] {
  if (!gradingIsKnown(minimum))
    throw fault(
      '/minimumGrading',
      'grading.unknown',
      `Not a grading. Schemes and codes: ${Object.entries(GRADING_SCHEMES)
        .map(
          ([scheme, { source, information }]) =>
            `${scheme} (source ${source.join(' ')}, information ${information.join(' ')})`,
        )
        .join('; ')}.`,
    );
  const { source, information } = GRADING_SCHEMES[minimum.scheme];
  return upTo(source, minimum.source).flatMap((asSource) =>
    upTo(information, minimum.information).flatMap((asInformation) => {
      const grading = { scheme: minimum.scheme, source: asSource, information: asInformation };
      return [packHow('fact', grading), packHow('assessment', grading)];
    }),
  );
}

function upTo(codes: readonly string[], worst: string): string[] {
  return codes.slice(0, codes.indexOf(worst) + 1);
}

export interface FilterTerms extends ValidTerms {
  relations?: readonly RelationType[];
  minimumGrading?: Grading;
}

/** The filter that a caller asks for, its faults named. */
export function filterOf({ relations, minimumGrading, ...times }: FilterTerms): Filter {
  return {
    relations: relations === undefined || relations.length === 0 ? null : [...new Set(relations)].sort(),
    gradings: minimumGrading === undefined ? null : gradingsFrom(minimumGrading),
    ...validityOf(times),
  };
}
