import { ABOVE_OFFICIAL, type AuditEntry } from '#access';
import type { StreamWrite } from '#event-log';
import type { EntityKind, Marking } from '#events';
import type { Trace } from '#runtime';
import { Acts } from '../../bulk-intake/acts.js';
import type { LineOutcome } from '../../bulk-intake/outcome.js';
import type { IntakeLine } from '../../bulk-intake/read-line.js';
import type { KnownReference, NewReference } from '../../bulk-intake/references.js';
import { Refusal } from '../../refusal.js';
import { decide } from '../assertion.js';
import type { LineGiven } from '../assertion-form.js';
import type { AssertionRules } from '../assertion-rules.js';
import { NO_ASSERTION } from '../assertion-state.js';
import type { Assertor } from '../assertor.js';
import type { Derived } from '../basis.js';
import { combinedBy } from '../combining.js';
import { otherContent, streamOf } from '../make-assertion.js';

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
export function decideChunk(lines: readonly IntakeLine<LineGiven>[], context: ChunkContext): DecidedChunk {
  const decided: DecidedChunk = { writes: [], references: [], derived: [], outcomes: [], audit: [] };
  const references = new Map(context.known);
  const acts = new Acts(context.call, context.by.viewer);
  for (const line of lines) decided.outcomes.push(outcomeOf(line, context, references, decided, acts));
  decided.audit = acts.entries();
  return decided;
}

function outcomeOf(
  line: IntakeLine<LineGiven>,
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
      acts.add('consultation', purpose, 'assertion.duplicate', before.id);
      return { line: number, reference, outcome: 'duplicate-of', id: before.id };
    }
    const draft = decide(NO_ASSERTION, { type: 'make', id: newId(), given, by, now, keyOf, restsOn, ...rules });
    if (trace !== undefined) {
      draft.correlationId = trace.correlationId;
      draft.traceparent = trace.traceparent;
    }
    const { id } = draft;
    decided.writes.push({ stream: streamOf(id), expectedVersion: 0, source: by.viewer.organisation, events: [draft] });
    decided.derived.push({ stream: streamOf(id), basis: draft.basis });
    decided.references.push({ reference, id, content });
    references.set(reference, { id, content });
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
