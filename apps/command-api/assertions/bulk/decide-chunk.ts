import { ABOVE_OFFICIAL, type AuditEntry } from '#access';
import type { StreamWrite } from '#event-log';
import type { EntityKind, Marking } from '#events';
import type { Trace } from '#runtime';
import { Refusal } from '../../refusal.js';
import { decide } from '../assertion.js';
import type { AssertionRules } from '../assertion-rules.js';
import { NO_ASSERTION } from '../assertion-state.js';
import type { Assertor } from '../assertor.js';
import type { Derived } from '../basis.js';
import { combinedBy } from '../combining.js';
import { otherContent, streamOf } from '../make-assertion.js';
import type { KnownReference, NewReference } from '../references.js';
import type { LineOutcome } from './outcome.js';
import type { IntakeLine } from './read-line.js';

/** What a chunk of lines comes to: one append, its references, its audit, and an outcome for each line. */
export interface DecidedChunk {
  writes: StreamWrite[];
  references: NewReference[];
  /** What each new assertion rests on. */
  derived: Derived[];
  outcomes: LineOutcome[];
  audit: AuditEntry[];
}

export interface ChunkContext {
  call: string;
  by: Assertor;
  now: Date;
  newId: () => string;
  keyOf: (kind: EntityKind, key: string) => string;
  /** Trace of the request, which each event carries. */
  trace?: Pick<Trace, 'correlationId' | 'traceparent'> | undefined;
  /** What the references of these lines stand for already. */
  known: ReadonlyMap<string, KnownReference>;
  rules?: AssertionRules;
  /** Markings of the events that these lines rest on. */
  restsOn: ReadonlyMap<string, Marking>;
}

/** Pure. Lines are decided in order, so that of two with one reference the first counts. */
export function decideChunk(lines: readonly IntakeLine[], context: ChunkContext): DecidedChunk {
  const decided: DecidedChunk = { writes: [], references: [], derived: [], outcomes: [], audit: [] };
  const references = new Map(context.known);
  const acts = new Acts(context);
  for (const line of lines) decided.outcomes.push(outcomeOf(line, context, references, decided, acts));
  decided.audit = acts.entries();
  return decided;
}

function outcomeOf(
  line: IntakeLine,
  context: ChunkContext,
  references: Map<string, KnownReference>,
  decided: DecidedChunk,
  acts: Acts,
): LineOutcome {
  const { number } = line;
  if ('faults' in line) {
    // A spillage has an entry of its own, which names its incident.
    if (line.faults[0].code !== ABOVE_OFFICIAL) acts.add('refusal', 'unspecified', line.faults[0].code);
    return {
      line: number,
      reference: line.reference,
      outcome: 'refused',
      code: line.faults[0].code,
      faults: line.faults,
    };
  }
  const { given, content } = line;
  const { reference, purpose } = given;
  const { by, now, keyOf, restsOn, newId, trace, rules } = context;
  try {
    const before = references.get(reference);
    if (before !== undefined) {
      if (!before.content.equals(content)) throw otherContent();
      acts.add('consultation', purpose, 'assertion.duplicate', before.assertion);
      return { line: number, reference, outcome: 'duplicate-of', id: before.assertion };
    }
    const draft = decide(NO_ASSERTION, { type: 'make', id: newId(), given, by, now, keyOf, restsOn, ...rules });
    if (trace !== undefined) {
      draft.correlationId = trace.correlationId;
      draft.traceparent = trace.traceparent;
    }
    const { id } = draft;
    decided.writes.push({ stream: streamOf(id), expectedVersion: 0, source: by.viewer.organisation, events: [draft] });
    decided.derived.push({ stream: streamOf(id), basis: draft.basis });
    decided.references.push({ reference, assertion: id, content });
    references.set(reference, { assertion: id, content });
    acts.add('collection', purpose, undefined, id);
    for (const combined of combinedBy(draft)) acts.add('combination', purpose, undefined, combined);
    return { line: number, reference, outcome: 'accepted', id };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const { code, message, faults = [{ pointer: '', code, detail: message }] } = refusal;
    acts.add('refusal', purpose, code);
    return { line: number, reference, outcome: 'refused', code, faults };
  }
}

/** Acts of a chunk, one audit entry for each purpose and reason, which names every id (R16, R17). */
class Acts {
  private readonly found = new Map<string, AuditEntry & { ids: string[] }>();

  constructor(private readonly context: Pick<ChunkContext, 'call' | 'by'>) {}

  add(
    act: 'collection' | 'combination' | 'consultation' | 'refusal',
    purpose: string,
    reason: string | undefined,
    id?: string,
  ): void {
    const { call, by } = this.context;
    const name = `${act}\n${purpose}\n${reason ?? ''}`;
    const entry = this.found.get(name) ?? { act, viewer: by.viewer, purpose, ids: [`bulk-${call}`], reason };
    if (id !== undefined) entry.ids.push(id);
    this.found.set(name, entry);
  }

  entries(): AuditEntry[] {
    return [...this.found.values()];
  }
}
