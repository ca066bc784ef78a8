import type { AssertionMade, Grading, KnownEvent, Marking, StatementEnds } from '#events';

/** What an assertion is now, from the events of its stream. */
export type AssertionState = { status: 'absent' } | KnownAssertion;

export interface KnownAssertion {
  status: 'standing' | 'withdrawn';
  made: MadeEvent;
  /** The marking in force: that of the last regrade, or the first one. Whatever is said of the assertion now carries it. */
  marking: Marking;
  /** The grading in force. The first one stays in `made` (R1). */
  grading: Grading | undefined;
  /** Places of the statements that nobody has taken back. A withdrawal may name some of them only. */
  standing: readonly number[];
  version: number;
}

export type MadeEvent = Extract<KnownEvent, { body: { type: 'assertion.made' } }>;
type AssertionHistory = Extract<
  KnownEvent,
  { body: { type: 'assertion.made' | 'assertion.withdrawn' | 'assertion.regraded' } }
>;

export const NO_ASSERTION: AssertionState = { status: 'absent' };

export function evolve(state: AssertionState, event: AssertionHistory): AssertionState {
  const { body, marking, grading, streamVersion: version } = event;
  if (body.type === 'assertion.made')
    return { status: 'standing', made: event as MadeEvent, marking, grading, version, standing: placesIn(body.data) };
  if (state.status === 'absent') return state;
  switch (body.type) {
    case 'assertion.withdrawn': {
      const ended = new Set(body.data.statements.map(({ index }) => index));
      const standing = state.standing.filter((place) => !ended.has(place));
      return { ...state, status: standing.length === 0 ? 'withdrawn' : 'standing', version, standing };
    }
    case 'assertion.regraded':
      return { ...state, marking, grading: grading ?? state.grading, version };
  }
}

function placesIn({ statements }: AssertionMade): number[] {
  return statements.map((_, place) => place);
}

export function assertionFrom(events: readonly KnownEvent[]): AssertionState {
  return (events as readonly AssertionHistory[]).reduce(evolve, NO_ASSERTION);
}

interface Ends {
  subject: MadeEvent['body']['data']['subject'];
  statements: StatementEnds[];
}

/** Every statement that it made, by its ends: a projection of what acts on them needs no look-up. */
export function endsOf({ body }: MadeEvent): Ends {
  const { subject, statements } = body.data;
  return {
    subject,
    statements: statements.map((statement, index) =>
      statement.relation === 'STATED'
        ? { index, relation: statement.relation }
        : { index, relation: statement.relation, object: statement.object },
    ),
  };
}

/** The same of those that still stand: one that was taken back is not taken back again. */
export function standingEnds({ made, standing }: KnownAssertion): Ends {
  const { subject, statements } = endsOf(made);
  return { subject, statements: statements.filter(({ index }) => standing.includes(index)) };
}
