import { basisLock, type AuditEntry } from '#access';
import { referralStream, removalStream, type CaseAct, type KnownRemoval } from '#casework';
import { MAX_APPEND_EVENTS, type LogReads, type LogWrites, type StreamWrite } from '#event-log';
import { actDraft, audienceOf, bodyOf, type EventDraft, type KnownEvent, Refusal } from '#events';
import { newId, randomHex } from '#runtime';
import { assertionFrom, standingEnds, type KnownAssertion } from '../assertions/assertion-state.js';
import { forgetDueLinks } from '../categories/due-links.js';
import { DESK, writeNotices, type NewNotice } from '../work-list/notices.js';

/** What falls with outcomes that stand no more (R22), for the append that takes them back. */
export interface Unwound {
  writes: StreamWrite[];
  audit: AuditEntry[];
  alsoWrite: (write: LogWrites) => Promise<unknown>;
}

export const NOTHING_FELL: Unwound = { writes: [], audit: [], alsoWrite: () => Promise.resolve() };

/** Why outcomes stand no more: an appeal was won, or the platform had said them by mistake. */
export type TakenBack = 'appeal-overturned' | 'outcome-undone';

/** A part of an append: the rest is for those who are told of the decision. */
export const MOST_FALLEN = MAX_APPEND_EVENTS - 401;

/**
 * Outcomes that stand no more take with them the assertions that rest on nothing else, and those that rest on nothing but them,
 * whoever made them: each in the name of its own organisation, under its own marking, with the reason why they stand no more.
 * Who has another basis left is told, and decides. Nobody derives from any of it meanwhile: locks before reads. Undefined where
 * more than `most` assertions would fall.
 */
export async function unwind(
  read: LogReads,
  states: readonly KnownRemoval[],
  act: CaseAct,
  because: TakenBack,
  most = MOST_FALLEN,
): Promise<Unwound | undefined> {
  const outcomes = await outcomesOf(read, states);
  const fallen = new Set(outcomes.events);
  const withdrawn = new Map<string, KnownAssertion>();
  const shaken = new Map<string, KnownAssertion>();
  for (let streams = outcomes.streams; streams.length > 0;) {
    const derived = (await derivedFrom(read, streams)).filter(({ stream }) => !withdrawn.has(stream));
    const { whole, part } = sorted(derived, fallen);
    if (withdrawn.size + whole.length > most) return undefined;
    const states = await lockedStates(read, [...whole, ...part]);
    for (const stream of part) keep(shaken, stream, states);
    const next = whole.filter((stream) => keep(withdrawn, stream, states));
    for (const stream of next) shaken.delete(stream);
    for (const stream of next) for (const event of states.get(stream)?.events ?? []) fallen.add(event);
    streams = next;
  }
  const acts = [...withdrawn].map(([stream, known]) => withdrawal(stream, known, act, because));
  return {
    writes: acts.map(({ write }) => write),
    audit: acts.map(({ audit }) => audit),
    alsoWrite: async (write) => {
      await keepFallen(write, [...fallen]);
      for (const { made } of withdrawn.values()) await forgetDueLinks(write, made);
      await writeNotices(write, [...shaken.values()].map(noticeOf));
    },
  };
}

/** Every event that said what the outcome was, on both sides of the record. */
async function outcomesOf(
  read: LogReads,
  removals: readonly KnownRemoval[],
): Promise<{ events: string[]; streams: string[] }> {
  const requests = removals.flatMap((each) => each.requests);
  const items = new Set(requests.map(({ referral, item }) => `${referral}/${item}`));
  const streams = [
    ...removals.map(({ removal }) => removalStream(removal)),
    ...new Set(requests.map(({ referral }) => referralStream(referral))),
  ];
  await read.lockExclusive(streams.map(basisLock));
  const histories = await read.readStreams(streams);
  const events = [...histories.values()].flat().filter((event) => saysOutcome(event, items));
  return { events: events.map(({ id }) => id), streams };
}

function saysOutcome({ body }: KnownEvent, items: ReadonlySet<string>): boolean {
  switch (body.type) {
    case 'removal.decided':
    case 'removal.reported':
      return true;
    case 'removal.corrected':
      return body.data.outcome !== undefined;
    case 'referral.answered': {
      const { referral, item, said } = body.data;
      return items.has(`${referral}/${item}`) && (said.answer === 'decided' || said.answer === 'corrected');
    }
    default:
      return false;
  }
}

interface DerivedBasis {
  stream: string;
  basis: string[];
  /** Those of its basis that fell earlier. */
  fallen: string[];
}

/** What rests directly on some streams, with everything that each of them rests on. */
async function derivedFrom(read: LogReads, streams: readonly string[]): Promise<DerivedBasis[]> {
  return read.query<DerivedBasis>(
    `SELECT b.derived_stream AS stream, array_agg(b.basis_event::text) AS basis,
            COALESCE(array_agg(o.event::text) FILTER (WHERE o.event IS NOT NULL), '{}') AS fallen
       FROM assertion_basis b LEFT JOIN overturned_outcomes o ON o.event = b.basis_event
      WHERE b.derived_stream IN (SELECT d.derived_stream FROM assertion_basis d WHERE d.basis_stream = ANY ($1::text[]))
      GROUP BY b.derived_stream ORDER BY b.derived_stream`,
    [streams],
  );
}

function sorted(derived: readonly DerivedBasis[], now: ReadonlySet<string>): { whole: string[]; part: string[] } {
  const touched = derived.filter(({ basis }) => basis.some((event) => now.has(event)));
  const isWhole = ({ basis, fallen }: DerivedBasis): boolean =>
    basis.every((event) => now.has(event) || fallen.includes(event));
  return {
    whole: touched.filter(isWhole).map(({ stream }) => stream),
    part: touched.filter((each) => !isWhole(each)).map(({ stream }) => stream),
  };
}

interface LockedAssertion {
  known: KnownAssertion;
  /** Ids of its events: whoever derived from it named one of them. */
  events: string[];
}

async function lockedStates(read: LogReads, streams: readonly string[]): Promise<Map<string, LockedAssertion>> {
  if (streams.length === 0) return new Map();
  await read.lockExclusive(streams.map(basisLock));
  return new Map(
    [...(await read.readStreams(streams))].flatMap(([stream, events]) => {
      const known = assertionFrom(events);
      return known.status === 'absent' ? [] : [[stream, { known, events: events.map(({ id }) => id) }] as const];
    }),
  );
}

/** What was withdrawn already stands for nothing any more, and stops the walk. */
function keep(
  into: Map<string, KnownAssertion>,
  stream: string,
  states: ReadonlyMap<string, LockedAssertion>,
): boolean {
  const known = states.get(stream)?.known;
  if (known?.status !== 'standing') return false;
  into.set(stream, known);
  return true;
}

/** Who acts where a rule acts: nobody of any organisation. */
const RULE = { user: 'rule:R22', role: 'rule' };

function withdrawal(
  stream: string,
  known: KnownAssertion,
  { now }: CaseAct,
  because: TakenBack,
): { write: StreamWrite; audit: AuditEntry } {
  const { made, marking, version } = known;
  const id = newId();
  const { source } = made;
  // A trace of its own: with that of the decision, those who see only this could tell which acts belong together.
  const correlationId = newId();
  const act = { id, now, purpose: because, actor: { organisation: source, ...RULE } };
  const draft: EventDraft = {
    ...actDraft(act, bodyOf('assertion.withdrawn', { ...standingEnds(known), reason: because }), marking, [made.id]),
    ...(made.keyId === undefined ? {} : { keyId: made.keyId }),
    correlationId,
    traceparent: `00-${correlationId.replaceAll('-', '')}-${randomHex(8)}-01`,
  };
  return {
    write: { stream, expectedVersion: version, source, events: [draft] },
    audit: {
      act: 'alteration',
      // In the name of its own organisation: the platform does not know of it, and the organisation's auditors read its entries.
      viewer: { organisation: source, subject: RULE.user },
      purpose: because,
      ids: [made.id, id],
      reason: 'withdraw.R22',
    },
  };
}

function noticeOf({ made, marking }: KnownAssertion): NewNotice {
  return {
    organisation: made.source,
    roles: DESK,
    kind: 'basis-overturned',
    about: made.id,
    details: { assertion: made.id },
    audiences: [audienceOf(marking)],
  };
}

async function keepFallen(write: LogWrites, events: readonly string[]): Promise<void> {
  await write.query('INSERT INTO overturned_outcomes (event) SELECT * FROM unnest($1::uuid[]) ON CONFLICT DO NOTHING', [
    events,
  ]);
}

/** For whoever has to be told that one outcome cannot be taken back as things stand. */
export function tooMuchRests(): Refusal {
  return new Refusal(
    'RuleRefused',
    'appeal.too-much-rests-on-it',
    'More rests on this decision than one act can take back. Those whose assertions rest on it have to withdraw some first.',
  );
}
