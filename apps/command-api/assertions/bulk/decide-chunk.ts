import type { StreamWrite } from '#event-log';
import type { EntityKind, Marking } from '#events';
import type { Trace } from '#runtime';
import { judgeLines, type Judged } from '../../bulk-intake/judge-lines.js';
import type { IntakeLine } from '../../bulk-intake/read-line.js';
import type { KnownReference } from '../../bulk-intake/references.js';
import { decide } from '../assertion.js';
import type { LineGiven } from '../assertion-form.js';
import type { AssertionRules } from '../assertion-rules.js';
import { NO_ASSERTION } from '../assertion-state.js';
import type { Assertor } from '../assertor.js';
import { combinedBy } from '../combining.js';
import { newStream } from '../made-together.js';
import { otherContent } from '../make-assertion.js';

/** What a chunk of lines comes to: one append, its references, its audit, and an outcome for each line. */
export interface DecidedChunk extends Judged {
  writes: StreamWrite[];
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

/** Pure. */
export function decideChunk(lines: readonly IntakeLine<LineGiven>[], context: ChunkContext): DecidedChunk {
  const { call, by, known, now, keyOf, restsOn, newId, trace, rules } = context;
  const writes: StreamWrite[] = [];
  const judged = judgeLines(lines, {
    call,
    viewer: by.viewer,
    known,
    duplicate: 'assertion.duplicate',
    otherContent,
    accept: (given, acts) => {
      const draft = decide(NO_ASSERTION, { type: 'make', id: newId(), given, by, now, keyOf, restsOn, ...rules });
      if (trace !== undefined) {
        draft.correlationId = trace.correlationId;
        draft.traceparent = trace.traceparent;
      }
      const { id } = draft;
      writes.push(newStream(draft));
      acts.add('collection', given.purpose, undefined, id);
      for (const combined of combinedBy(draft)) acts.add('combination', given.purpose, undefined, combined);
      return { id };
    },
  });
  return { ...judged, writes };
}
