/** What the clerk crosses out if a source were withdrawn: what goes back to it, what rests on that, and what is left. */
import type { Clerk } from './clerk.js';
import type { Line } from './lines.js';
import { alike, corroboration, newestFirst, otherOf, present, statement, thingOf } from './told-of-one.js';
import { BINDING, Together } from './together.js';
import type { Terms } from './told-of-many.js';

export type Source = { origin: string } | { assertion: string };

interface Fallen {
  line: Line;
  because: 'goes-back-to-it' | 'rests-on-it';
  restsOn: string[];
}

/** `lines`: all that may be seen at that knowledge; `everSeen`: assertions that may be seen as they are marked now, whenever said. */
export function whatWouldFall(
  lines: readonly Line[],
  everSeen: readonly string[],
  source: Source,
  seed: string,
  terms: Terms,
): object {
  const { clerk } = terms;
  const first = lines.filter((line) =>
    'origin' in source ? line.origin === source.origin : line.assertion === source.assertion,
  );
  if (first.length === 0) return { truncated: false, found: false };
  const named = [...new Set(first.map(({ assertion }) => assertion))];
  const reached = [...named];
  for (const basis of reached)
    for (const rest of clerk.rests)
      if (rest.basis === basis && everSeen.includes(rest.derived) && !reached.includes(rest.derived))
        reached.push(rest.derived);
  const resting = lines.filter(({ assertion }) => reached.includes(assertion) && !named.includes(assertion));
  const standing = [...first, ...resting].map(({ assertion }) => assertion);
  const fallen: Fallen[] = [
    ...[...first].sort(newestFirst).map((line): Fallen => ({ line, because: 'goes-back-to-it', restsOn: [] })),
    ...[...resting].sort(newestFirst).map((line): Fallen => {
      const of = clerk.rests.filter(({ derived }) => derived === line.assertion).map(({ basis }) => basis);
      const restsOn = [...new Set(of)].filter((basis) => standing.includes(basis)).sort();
      return { line, because: 'rests-on-it', restsOn };
    }),
  ];
  const gone = fallen.map(({ line }) => line.said);
  const left = lines.filter(({ said }) => !gone.includes(said));
  const claims = alike(
    fallen.map(({ line }) => line),
    claimOf,
  ).map(([one]) => lossOf(one!, lines, left));
  const count = (loss: string): number => claims.filter(({ loses }) => loses === loss).length;
  const cluster = clusterWithout(lines, left, seed, terms);
  return {
    truncated: 'boundedBy' in cluster,
    found: true,
    totals: {
      statements: first.length,
      resting: resting.length,
      claims: {
        everything: count('everything'),
        'last-origin': count('last-origin'),
        'some-support': count('some-support'),
      },
    },
    falls: fallen.map(({ line, because, restsOn }) =>
      toldOf(line, { because, restsOn }, lossOf(line, lines, left), clerk),
    ),
    cluster,
  };
}

function toldOf(
  line: Line,
  { because, restsOn }: Pick<Fallen, 'because' | 'restsOn'>,
  loss: object,
  clerk: Clerk,
): object {
  const { from, relation, property, value, unit } = line;
  return present({
    because,
    restsOn: restsOn.length === 0 ? undefined : restsOn,
    subject: from,
    relation,
    other: relation === 'STATED' ? undefined : otherOf(line, from.id),
    property,
    value,
    unit,
    statement: statement(line, clerk),
    ...loss,
  });
}

/** The same of the same, whoever says so and whenever. */
function claimOf({ from, relation, to, property, value, unit }: Line): string {
  return JSON.stringify([from.id, relation, to.id, property, value, unit]);
}

function lossOf(line: Line, lines: readonly Line[], left: readonly Line[]): { loses: string } {
  const same = (each: Line): boolean => claimOf(each) === claimOf(line);
  const [now, then] = [corroboration(lines.filter(same)), corroboration(left.filter(same))] as [Counted, Counted];
  const isLast = now.independentOrigins > 0 && then.independentOrigins === 0;
  const loses = then.statements === 0 ? 'everything' : isLast ? 'last-origin' : 'some-support';
  return { corroboration: now, afterwards: then, loses } as { loses: string };
}

interface Counted {
  statements: number;
  independentOrigins: number;
}

function clusterWithout(lines: readonly Line[], left: readonly Line[], seed: string, { bounds, valid }: Terms): object {
  const entity = thingOf(lines, seed);
  if (entity === undefined) return { found: false };
  const walked = (of: readonly Line[]): { ids: string[]; cut: boolean } => {
    const { members, cut } = new Together(of, BINDING, valid, bounds.hubLimit).walk(seed, bounds.entityLimit);
    return { ids: members.map(({ id }) => id), cut };
  };
  const [now, then] = [walked(lines), walked(left)];
  const leave = now.ids.filter((id) => !then.ids.includes(id)).sort();
  const join = then.ids.filter((id) => !now.ids.includes(id)).sort();
  return {
    found: true,
    entity,
    members: now.ids.length,
    leave: leave.map((id) => thingOf(lines, id)),
    join: join.map((id) => thingOf(lines, id)),
    leaving: leave.length,
    joining: join.length,
    ...(now.cut || then.cut ? { boundedBy: 'entities' } : {}),
  };
}
