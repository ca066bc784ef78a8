import type { EventLog } from '#event-log';
import { recordAct, type Audiences, type Viewer } from '#access';
import type { Graph } from '#graph';
import { Continuations, notValid, type Bound, type Pinned } from '../terms/continuation.js';
import { fault, type QuestionRefused } from '../terms/refusals.js';
import { knownInstant, toTheSecond } from '../terms/times.js';
import { stillFilling, type CompletePosition } from './complete-position.js';
import { Crowds } from './crowds.js';
import { callerGone, graphReader } from './graph-reader.js';
import { leftOutFor, notFollowed, ofStreams, type Followed } from './left-out.js';
import { sourcesOf, SourcesAhead } from './provenance.js';
import type { Question } from './question.js';

/**
 * The way of every question: whose rights, at which position, drawn from the graph, its sources from the log, the audit row
 * committed, and only then the answer. Without PostgreSQL there is no audit row and so no answer.
 */

/** Who asks, for what, and whether they still wait. */
export interface Asker {
  viewer: Viewer;
  purpose: string;
  signal: AbortSignal;
  /** What the audit says of this question beside its name. */
  note?: string;
  /** The answer leaves as a file: each statement says its marking. */
  withMarkings?: boolean;
}

/** Terms that every question has. */
export interface CommonTerms {
  knownAt?: string;
  limit?: number;
  continuation?: string;
}

/** What every answer says beside its content. */
export interface Asked {
  /** To the second: nothing recorded before it is missing. */
  asOf: string;
  /** How far the graph is behind the log now. */
  lagSeconds: number;
  /** Where a past state was asked for: whether it lies later than what the graph holds, so that `asOf` is earlier. */
  knownAt?: { asked: string; laterThanKnown: boolean };
  truncated: boolean;
  /** For the next page: valid for an hour, for this caller and these terms. */
  continuation?: string;
}

export interface Limits {
  questionMs: number;
  walkMs: number;
}

interface Stand extends Pick<Pinned, 'position' | 'incarnation' | 'asOf'> {
  /** How far the graph is, whichever position the answer is for. */
  followed: Followed;
  lagSeconds: number;
  laterThanKnown: boolean;
  after?: Pinned['after'];
}

export class Asking {
  private readonly crowds: Crowds;

  constructor(
    private readonly log: EventLog,
    private readonly graph: Graph,
    private readonly audiences: Audiences,
    private readonly complete: CompletePosition,
    private readonly continuations: Continuations,
    private readonly limits: Limits,
  ) {
    this.crowds = new Crowds(graph);
  }

  /** `sent` is all that the caller sent, `terms` what it means for the question. */
  async ask<Terms, Answer extends object>(
    question: Question<Terms, Answer>,
    asker: Asker,
    sent: CommonTerms,
    terms: Terms,
  ): Promise<Asked & Answer> {
    const { viewer, purpose, signal, note, withMarkings } = asker;
    const { limit: _, continuation, ...bindingTerms } = sent;
    const bound = {
      question: question.name,
      organisation: viewer.organisation,
      subject: viewer.subject,
      terms: bindingTerms,
    };
    const stand = await this.stand(bound, continuation, sent.knownAt);
    const [behind, audiences] = await Promise.all([
      // After the stand: read the other way round, a regrade could slip between.
      notFollowed(this.log, stand.followed),
      // Nothing that the answer rests on was recorded after that look, so markings heard of since are all that it needs.
      this.audiences.allowedAudiences(viewer, this.complete.lookedAt),
    ]);
    const reader = graphReader(
      this.graph,
      { audiences, position: stand.position, leftOut: leftOutFor(behind, audiences) },
      { ...this.limits, signal, crowds: this.crowds },
    );
    const ahead = new SourcesAhead(this.log);
    const from = stand.after === undefined ? terms : { ...terms, after: stand.after };
    const drawn = await question.draw(reader, from, (positions) => ahead.found(positions));
    if (signal.aborted) throw callerGone();
    const [sources, parked] = await Promise.all([
      sourcesOf(
        this.log,
        {
          viewer,
          purpose,
          ids: drawn.ids,
          reason: `question.${question.name}${note === undefined ? '' : `, ${note}`}`,
        },
        drawn.positions,
        { withMarkings, ahead },
      ),
      this.complete.stillHolds(),
    ]);
    await this.refuseTakenBack(stand, parked, audiences);
    return {
      asOf: toTheSecond(new Date(stand.asOf * 1000)),
      lagSeconds: stand.lagSeconds,
      ...(sent.knownAt === undefined ? {} : { knownAt: { asked: sent.knownAt, laterThanKnown: stand.laterThanKnown } }),
      truncated: drawn.truncated,
      ...(drawn.after === undefined
        ? {}
        : { continuation: this.continuations.seal(bound, { ...pinnedAt(stand), after: drawn.after }) }),
      ...drawn.finish(sources),
    };
  }

  /**
   * Log position of what was known at the end of a time, for questions that hold two states of knowledge against each other.
   * @throws {@link QuestionRefused} `period.reversed` where it does not lie before the later of the two: `knownAt`, or now. The
   * second that now is in passes, so that whoever goes on from the `asOf` of an answer need not wait.
   */
  async positionAt(since: string, { knownAt }: CommonTerms, pointer = '/since'): Promise<number> {
    const instant = knownInstant(since, pointer);
    if (knownAt !== undefined && instant >= knownInstant(knownAt))
      throw fault(pointer, 'period.reversed', 'The period ends before it begins: since does not lie before knownAt.');
    if (knownAt === undefined && instant > knownInstant(toTheSecond((await this.complete.now()).now)))
      throw fault(pointer, 'period.reversed', 'The period ends before it begins: since is not over yet.');
    return this.log.positions.at(instant);
  }

  /** Refuses what a question's own rules refuse to this caller, and records it (R17). */
  async refuse({ viewer, purpose }: Asker, refusal: QuestionRefused): Promise<never> {
    await recordAct(this.log, { act: 'refusal', viewer, purpose, ids: [], reason: refusal.code });
    throw refusal;
  }

  /** A regraded stream that was projected anew while we drew, and parked before its regrade, may have shown its old audience. */
  private async refuseTakenBack(
    { followed }: Stand,
    parked: readonly string[],
    audiences: readonly number[],
  ): Promise<void> {
    const since = parked.filter((stream) => !followed.parked.includes(stream));
    if (leftOutFor(await ofStreams(this.log, since), audiences).length > 0) throw stillFilling();
  }

  /** The position that the answer holds for: the continuation's, that of `knownAt`, or the newest complete one. */
  private async stand(bound: Bound, continuation: string | undefined, knownAt: string | undefined): Promise<Stand> {
    const pinned = continuation === undefined ? undefined : this.continuations.open(bound, continuation);
    const known = knownAt === undefined ? undefined : knownInstant(knownAt);
    const complete = await this.complete.now();
    const { lagSeconds, incarnation, parked } = complete;
    const followed = { position: complete.position, parked };
    if (pinned !== undefined) {
      if (pinned.incarnation !== incarnation) throw notValid();
      if (pinned.position > complete.position) throw stillFilling();
      return {
        ...pinned,
        followed,
        lagSeconds,
        laterThanKnown: known !== undefined && known.getTime() / 1000 >= pinned.asOf + 1,
      };
    }
    const newest = { position: complete.position, incarnation, asOf: seconds(complete.asOf), followed, lagSeconds };
    if (known === undefined) return { ...newest, laterThanKnown: false };
    const position = await this.log.positions.at(known);
    const laterThanKnown = position > complete.position || known > complete.asOf;
    return laterThanKnown
      ? { ...newest, laterThanKnown }
      : { ...newest, position, asOf: seconds(known), laterThanKnown };
  }
}

function pinnedAt({ position, incarnation, asOf }: Stand): Pick<Pinned, 'position' | 'incarnation' | 'asOf'> {
  return { position, incarnation, asOf };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
