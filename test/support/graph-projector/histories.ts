import {
  bodyOf,
  encodeEvent,
  type EntityKind,
  type EntityRef,
  type Grading,
  type Outcome,
  type PlatformAnswer,
  type EventBody,
  type RecordedEvent,
  type Statement,
  type StatementEnds,
  type Topic,
} from '#events';
import type { SimulatedLog } from './simulated-log.js';

/** Random numbers from a seed, so that a failing history can be told again (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

export interface HistoryOptions {
  seed: number;
  /** Streams of assertions; each gets one to four events. */
  streams: number;
  /** Of a hundred events, so many that nobody can read. */
  poison?: number;
  /** Of a hundred streams, so many about which somebody decides. */
  decisions?: number;
  /** So many referrals beside them, each decided, corrected and appealed against as it comes. */
  referrals?: number;
  /** Keeps the entities of this history apart from those of others in the same graph. */
  prefix?: string;
}

const ORGANISATION = '0193a1f2-7c00-7000-8000-00000000000a';
const MARKING = {
  gsc: 'OFFICIAL',
  tlp: 'AMBER',
  handling: [],
  conditions: [],
  releasableTo: [],
  originator: ORGANISATION,
  compartment: null,
};
/** Who may see an assertion, and how it is graded, where its event says other than usual. */
export interface Terms {
  releasableTo?: string[];
  /** `null` for an event without one. */
  grading?: Grading | null;
}
const GRADING: Grading = { scheme: '3x5x2', source: '2', information: 'B' };
const POISON = '{"type":"assertion.made","data":';

/** Id number `n` of a kind of thing; version 7 in form. */
export function uuidOf(kind: number, n: number): string {
  return `0193a1f2-7c00-7${kind.toString(16).padStart(3, '0')}-8000-${n.toString(16).padStart(12, '0')}`;
}

/**
 * Writes a history of assertions between few entities (so that they meet), withdrawals of parts of them, regrades, events that nobody can
 * read, and decisions about those. Each stream's events lie apart from each other in the log, among those of the others.
 */
export function writeHistory(log: SimulatedLog, options: HistoryOptions): void {
  const draw = seeded(options.seed);
  const open: { next(log: SimulatedLog): boolean }[] = [
    ...Array.from({ length: options.streams }, (_, n) => new AssertionStream(n, options, draw)),
    ...Array.from({ length: options.referrals ?? 0 }, (_, n) => new ReferralStream(n, draw)),
  ];
  while (open.length > 0) {
    const at = draw(open.length);
    const stream = open[at]!;
    const more = stream.next(log);
    if (!more) open.splice(at, 1);
    if (draw(100) < 5) addOrganisation(log, draw);
  }
}

class AssertionStream {
  readonly name: string;
  private version = 0;
  private readonly length: number;
  private statements: Statement[] = [];
  private withdrawn = new Set<number>();
  private readonly subject: EntityRef;
  private decisions = 0;

  constructor(
    private readonly number: number,
    private readonly options: HistoryOptions,
    private readonly draw: (below: number) => number,
  ) {
    this.name = `assertion-${uuidOf(1, number)}`;
    this.length = 1 + draw(4);
    this.subject = this.entity('account');
  }

  /** Adds the stream's next event, or a decision about it; false when it is at its end. */
  next(log: SimulatedLog): boolean {
    const { poison = 0, decisions = 0 } = this.options;
    if (this.version > 0 && this.draw(100) < decisions && this.decisions++ < 2) this.decide(log);
    else if (this.version === this.length) return false;
    else if (this.draw(100) < poison) this.add(log, undefined);
    else if (this.version === 0) this.add(log, this.made());
    else if (this.draw(3) > 0) this.add(log, this.withdrawal());
    else this.add(log, this.regrade(), { releasableTo: [`group-${this.draw(3)}`], grading: this.anyGrading() });
    return true;
  }

  /** Of all that the assertion ever said, withdrawn or not. */
  private regrade(): EventBody {
    const statements = this.statements.map(endsOf);
    if (statements.length === 0) statements.push({ index: 0, relation: 'STATED' }); // its first event is poison
    return bodyOf('assertion.regraded', { subject: this.subject, statements, reason: 'assessed anew' });
  }

  private anyGrading(): Grading | null {
    const information = (['A', 'C', 'E'] as const)[this.draw(6)];
    return information === undefined ? null : { scheme: '3x5x2', source: '3', information };
  }

  private made(): EventBody {
    this.statements = Array.from({ length: 1 + this.draw(3) }, () => this.statement());
    return bodyOf('assertion.made', { subject: this.subject, statements: this.statements });
  }

  private withdrawal(): EventBody {
    const index = this.draw(Math.max(1, this.statements.length));
    const ends = endsOf(this.statements[index], index);
    this.withdrawn.add(index);
    return bodyOf('assertion.withdrawn', { subject: this.subject, statements: [ends], reason: 'the source was wrong' });
  }

  private statement(): Statement {
    const terms = {
      ...(this.draw(2) === 0 && { from: '2026-03' }),
      ...(this.draw(3) === 0 && { count: 1 + this.draw(9) }),
    };
    if (this.draw(4) === 0) return { relation: 'STATED', property: 'bio', value: `text ${this.draw(50)}`, ...terms };
    const [relation, kind] = (
      [
        ['USES_NUMBER', 'phone-number'],
        ['ADMINISTERS', 'group'],
        ['CONTACTED', 'account'],
      ] as const
    )[this.draw(3)] ?? ['CONTACTED', 'account'];
    return { relation, object: this.entity(kind), ...terms };
  }

  private entity(kind: EntityKind): EntityRef {
    return { kind, key: `${this.options.prefix ?? ''}${kind}/${this.draw(8)}` };
  }

  private add(log: SimulatedLog, body: EventBody | undefined, terms?: Terms): void {
    this.version++;
    addEvent(log, {
      topic: 'network.events',
      stream: this.name,
      streamVersion: this.version,
      body,
      origin: `report ${this.draw(5)}`,
      ...(terms !== undefined && { terms }),
    });
  }

  private decide(log: SimulatedLog): void {
    const body =
      this.draw(2) === 0
        ? bodyOf('parked.replayed', { stream: this.name, reason: 'mended' })
        : bodyOf('parked.discarded', {
            stream: this.name,
            streamVersions: [1 + this.draw(this.version)],
            reason: 'not ours',
          });
    const stream = `parking-${uuidOf(2, this.number)}`;
    addEvent(log, { topic: 'organisation.events', stream, streamVersion: this.decisions, body });
  }
}

/** One referral of two posts that meet those of others; the platform decides, corrects and loses appeals in any order. */
class ReferralStream {
  private version = 0;
  private readonly referral: string;
  private readonly length: number;
  private readonly locations: EntityRef[];

  constructor(
    number: number,
    private readonly draw: (below: number) => number,
  ) {
    this.referral = uuidOf(5, number);
    this.length = 2 + draw(6);
    this.locations = [0, 1].map(() => ({ kind: 'item', key: `tiktok:video/${draw(5)}` }));
  }

  next(log: SimulatedLog): boolean {
    if (this.version === this.length) return false;
    this.version++;
    const stream = `referral-${this.referral}`;
    addEvent(log, { topic: 'network.events', stream, streamVersion: this.version, body: this.body() });
    return true;
  }

  private body(): EventBody {
    const { referral, locations } = this;
    const receivedAt = '2026-03-09T20:00:00.000Z';
    if (this.version === 1)
      return bodyOf('referral.submitted', {
        ...{ referral, platform: ORGANISATION, instrument: 'voluntary', theme: 'other', receivedAt },
        items: locations.map((location) => ({ kind: 'video', location, successorOf: { location: locations[0]! } })),
      });
    const item = this.draw(2);
    return bodyOf('referral.answered', {
      referral,
      item,
      location: locations[item]!,
      at: receivedAt,
      said: this.said(),
    });
  }

  private said(): PlatformAnswer {
    const effect = (['removed', 'labelled', 'none'] as const)[this.draw(3)]!;
    const outcome: Outcome =
      effect === 'none'
        ? { result: 'rejected', effect }
        : { result: 'actioned', effect, effectiveAt: '2026-03-09T21:00:00Z' };
    const answers: PlatformAnswer[] = [
      { answer: 'decided', outcome },
      { answer: 'corrected', outcome, reason: 'looked at again' },
      { answer: 'corrected', reason: 'another item was meant' },
      { answer: 'appeal-decided', result: 'overturned' },
    ];
    return answers[this.draw(answers.length)]!;
  }
}

function endsOf(statement: Statement | undefined, index: number): StatementEnds {
  return statement === undefined || statement.relation === 'STATED'
    ? { index, relation: 'STATED' }
    : { index, relation: statement.relation, object: statement.object };
}

function addOrganisation(log: SimulatedLog, draw: (below: number) => number): void {
  const organisation = uuidOf(3, log.rows.length);
  const body = bodyOf('organisation.registered', {
    organisation,
    name: `Agency ${draw(100)}`,
    kind: 'agency',
    groups: [],
  });
  addEvent(log, { topic: 'organisation.events', stream: `organisation-${organisation}`, streamVersion: 1, body });
}

export interface AddedEvent {
  topic: Topic;
  stream: string;
  streamVersion: number;
  /** Absent for an event that nobody can read. */
  body: EventBody | undefined;
  origin?: string;
  terms?: Terms;
}

/** Adds an event as the log would have stored it. */
export function addEvent(log: SimulatedLog, { topic, stream, streamVersion, body, origin, terms }: AddedEvent): void {
  const place = {
    topic,
    stream,
    streamVersion,
    id: uuidOf(4, log.rows.length + 1),
    type: body?.type ?? 'assertion.made',
  };
  log.add({ ...place, body: body === undefined ? POISON : encodeEvent(eventOf(place, body, origin, terms)) });
}

/** The whole event at a place in the log. */
export function eventOf(
  { id, stream, streamVersion }: { id: string; stream: string; streamVersion: number },
  body: EventBody,
  origin?: string,
  { releasableTo = [], grading = GRADING }: Terms = {},
): RecordedEvent {
  return {
    id,
    body,
    time: { at: '2026-03-09', precision: 'day' },
    actor: { organisation: ORGANISATION, user: 'analyst-7', role: 'analyst' },
    purpose: 'operation-tern',
    ...(origin !== undefined && { origin }),
    basis: [],
    statementKind: { kind: 'fact' },
    ...(grading !== null && { grading }),
    marking: { ...MARKING, releasableTo },
    source: ORGANISATION,
    stream,
    streamVersion,
    recordedTime: '2026-03-09T21:15:00.000Z',
    correlationId: id,
  };
}
