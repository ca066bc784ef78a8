import type { EntityKind } from '#events';
import { entityOf } from '../reading/entity.js';
import type { WorldStatement } from '../reading/fetch.js';
import { labelsOf } from '../reading/statement-row.js';
import type { By, Edge, LogOfSources, SaidInLog } from './said-in-log.js';

/**
 * The log of a world of statements: all of one position are an assertion of that number, its origin is the number of its source,
 * and what rests on what is given by position.
 */
export function logIn(
  world: readonly WorldStatement[],
  restsOn: ReadonlyMap<number, readonly number[]> = new Map(),
): LogOfSources {
  const visible = ({ sight: { audiences, position } }: By): WorldStatement[] =>
    world.filter(({ aud, pos }) => audiences.includes(aud) && pos <= position);
  const said = (statements: readonly WorldStatement[]): SaidInLog[] => [
    ...new Map(
      statements.map((one) => [
        `${one.pos} ${one.subject.id}`,
        { position: one.pos, stream: `assertion-${one.pos}`, subject: subjectOf(one) },
      ]),
    ).values(),
  ];
  return {
    ofOrigin: (origin, by, most) =>
      Promise.resolve(
        said(visible(by).filter(({ src }) => String(src) === origin))
          .sort((one, other) => other.position - one.position)
          .slice(0, most),
      ),
    ofStreams: (streams, by) =>
      Promise.resolve(said(visible(by).filter(({ pos }) => streams.includes(`assertion-${pos}`)))),
    restingOn: (streams, by, most) => {
      const seen = new Set(visible(by).map(({ pos }) => pos));
      const edges: Edge[] = [];
      const reached = new Set(streams);
      for (const basis of reached)
        for (const [derived, bases] of restsOn)
          if (seen.has(derived) && bases.some((one) => `assertion-${one}` === basis)) {
            edges.push({ basis, derived: `assertion-${derived}` });
            reached.add(`assertion-${derived}`);
          }
      return Promise.resolve(edges.slice(0, most));
    },
  };
}

function subjectOf({ subject }: WorldStatement): { id: string; kind: EntityKind; key: string } {
  return entityOf(subject.id, subject.key, labelsOf(subject));
}
