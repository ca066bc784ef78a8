/**
 * What must be true after any history, said a second time and plainly: counted and walked through event by event, without a look
 * at the rules that decided.
 */
import { referralFrom } from '#casework';
import type { KnownEvent, ReferralAnswered } from '#events';
import type { Reply } from './history-world.js';

const HOUR = 3_600_000;

/** Each copy and repeat of a call has got the same answer. */
export function differingReplies(replies: readonly Reply[]): string[] {
  return replies.flatMap(({ act, said }) =>
    new Set(said).size > 1 ? [`${act.type} was answered with ${[...new Set(said)].join(' and ')}`] : [],
  );
}

/** Which events an accepted act leaves behind, each exactly once. */
const LEAVES: Partial<Record<Reply['act']['type'], string>> = {
  draft: 'referral.drafted',
  withdraw: 'referral.withdrawn',
  close: 'referral.closed',
  reopen: 'referral.reopened',
  information: 'referral.information-given',
  finding: 'referral.finding-recorded',
  acknowledge: 'removal.acknowledged',
  ask: 'removal.information-asked',
  decide: 'removal.decided',
  correct: 'removal.corrected',
  'open-appeal': 'removal.appeal-opened',
  'decide-appeal': 'removal.appeal-decided',
  declare: 'interest.declared',
  release: 'interest.hold-answered',
};

/** Acts that took effect another number of times than they were accepted. */
export function miscounted(replies: readonly Reply[], events: readonly KnownEvent[]): string[] {
  const count = (wanted: (event: KnownEvent) => boolean): number => events.filter(wanted).length;
  const accepted = (type: string): number => replies.filter((one) => one.accepted && one.act.type === type).length;
  const overridden = count(({ body }) => body.type === 'referral.cleared' && body.data.by === 'override');
  return [
    ...Object.entries(LEAVES).flatMap(([act, type]) =>
      differing(
        act,
        accepted(act),
        count(({ body }) => body.type === type),
      ),
    ),
    ...differing('override', accepted('override'), overridden),
  ];
}

function differing(act: string, accepted: number, found: number): string[] {
  return accepted === found ? [] : [`${act} was accepted ${accepted} times and took effect ${found} times`];
}

type Phase = 'none' | 'drafted' | 'checked' | 'held' | 'cleared' | 'out' | 'closed' | 'withdrawn';

/** From which phases an event may come, and into which it leads. */
const STEPS: Record<string, { from: readonly Phase[]; to?: Phase }> = {
  'referral.drafted': { from: ['none'], to: 'drafted' },
  'referral.revised': { from: ['drafted'] },
  'referral.check-requested': { from: ['drafted'], to: 'checked' },
  'referral.held': { from: ['checked', 'held'], to: 'held' },
  'referral.cleared': { from: ['checked', 'held'], to: 'cleared' },
  'referral.submitted': { from: ['cleared'], to: 'out' },
  'referral.answered': { from: ['out', 'closed', 'withdrawn'] },
  'referral.information-given': { from: ['out'] },
  'referral.finding-recorded': { from: ['out', 'closed', 'withdrawn'] },
  'referral.withdrawn': { from: ['drafted', 'checked', 'held', 'cleared', 'out'], to: 'withdrawn' },
  'referral.closed': { from: ['out'], to: 'closed' },
  'referral.reopened': { from: ['closed'], to: 'out' },
  'deadline.breached': { from: ['out', 'closed', 'withdrawn'] },
};

/** Steps of one referral that nobody should ever see. */
export function illegalSteps(events: readonly KnownEvent[]): string[] {
  let phase: Phase = 'none';
  const faults: string[] = [];
  const decided = new Set<number>();
  const breached = new Set<number>();
  for (const { body, streamVersion } of events) {
    const step = STEPS[body.type];
    if (step?.from.includes(phase) !== true) faults.push(`${body.type} in ${phase} (version ${streamVersion})`);
    phase = step?.to ?? phase;
    if (body.type === 'referral.answered') faults.push(...illegalAnswer(body.data, decided));
    if (body.type === 'deadline.breached') {
      if (breached.has(body.data.item)) faults.push(`a second breach of item ${body.data.item}`);
      breached.add(body.data.item);
    }
  }
  return faults;
}

function illegalAnswer({ item, said }: ReferralAnswered, decided: Set<number>): string[] {
  const needsDecision = ['corrected', 'appeal-opened', 'appeal-decided'].includes(said.answer);
  const fault =
    needsDecision === decided.has(item) ? [] : [`${said.answer} of item ${item}, decided: ${decided.has(item)}`];
  if (said.answer === 'decided') decided.add(item);
  if (said.answer === 'corrected' && said.outcome === undefined) decided.delete(item);
  return fault;
}

/** Items whose deadline was told to have passed, and those of which it did, counted by hand. */
export function wrongClocks(events: readonly KnownEvent[], now: Date): string[] {
  const [sent] = events.flatMap(({ body }) => (body.type === 'referral.submitted' ? [body.data] : []));
  if (sent?.dueAt === undefined) return [];
  return sent.items.flatMap((_, item) => {
    const told = events.some(({ body }) => body.type === 'deadline.breached' && body.data.item === item);
    const late = isLate(events, item, Date.parse(sent.receivedAt), now.getTime());
    return told === late ? [] : [`item ${item}: told ${told}, late ${late}`];
  });
}

type Runs = 'runs' | 'hindered' | 'unclear' | 'decided' | 'over';

/** Time that has run for an item, stretch by stretch. What is decided and taken back again has run all the while. */
function isLate(events: readonly KnownEvent[], item: number, receivedAt: number, now: number): boolean {
  let [state, left, last]: [Runs, number, number] = ['runs', HOUR, receivedAt];
  const pass = (to: number): boolean => {
    if (state === 'runs' || state === 'decided') left -= to - last;
    last = to;
    return state === 'runs' && left <= 0;
  };
  for (const { body, recordedTime } of events) {
    const ends = body.type === 'referral.withdrawn' || body.type === 'referral.closed';
    const concerns =
      (body.type === 'referral.answered' || body.type === 'referral.information-given') && body.data.item === item;
    if (!ends && !concerns) continue;
    if (pass(Date.parse(concerns ? body.data.at : recordedTime))) return true;
    if (ends) state = 'over';
    else if (body.type === 'referral.information-given') {
      if (state === 'unclear') [state, left] = ['runs', HOUR];
    } else if (body.type === 'referral.answered') state = after(state, body.data.said);
    if (state === 'runs' && left <= 0) return true;
  }
  return pass(now);
}

function after(state: Runs, said: ReferralAnswered['said']): Runs {
  if (state === 'over') return state;
  if (said.answer === 'decided') return 'decided';
  if (said.answer === 'corrected') return said.outcome === undefined ? 'runs' : state;
  if (said.answer === 'acknowledged') return state === 'hindered' ? 'runs' : state;
  if (said.answer !== 'asked' || state !== 'runs' || said.reason === 'clarification') return state;
  return said.reason === 'impossibility' ? 'hindered' : 'unclear';
}

export interface KeptReferral {
  referral: string;
  state: string;
  version: number;
}

/** Rows that say something else than their stream. */
export function strayRows(
  streams: ReadonlyMap<string, readonly KnownEvent[]>,
  rows: readonly KeptReferral[],
): string[] {
  return rows.flatMap(({ referral, state, version }) => {
    const folded = referralFrom(streams.get(`referral-${referral}`) ?? []);
    return folded.status === state && folded.version === version
      ? []
      : [`the row says ${state} ${version}, the stream ${folded.status} ${folded.version}`];
  });
}
