import { ABOVE_OFFICIAL, type AuditEntry, type Viewer } from '#access';
import type { Fault } from '#events';
import { Acts } from './acts.js';
import type { LineOutcome } from './outcome.js';
import type { IntakeLine } from './read-line.js';
import type { KnownReference, NewReference } from './references.js';

/** What a line is once it was decided: kept as something that has an id, or in a dry run as nothing yet. */
export interface Accepted {
  id: string | null;
  /** For a removal: whether somebody had asked for it. */
  matched?: boolean;
}

export interface Judging<Given> {
  call: string;
  viewer: Viewer;
  /** What the references of these lines stand for already. */
  known: ReadonlyMap<string, KnownReference>;
  /** How a line that was sent before is called in the audit: `assertion.duplicate`. */
  duplicate: string;
  /** Decides one line and says to the audit what it did. @throws a refusal: an error with `code` and `kind` that is not retriable */
  accept: (given: Given, acts: Acts) => Accepted;
  /** The refusal of a line under a reference that stands for something else. */
  otherContent: () => Error;
}

export interface Judged {
  /** One for each line, in order. */
  outcomes: LineOutcome[];
  references: NewReference[];
  audit: AuditEntry[];
}

interface LineRefusal extends Error {
  code: string;
  faults?: readonly Fault[];
}

/** Lines are decided in order, so that of two with one reference the first counts. Pure, if `accept` is. */
export function judgeLines<Given extends { reference: string; purpose: string }>(
  lines: readonly IntakeLine<Given>[],
  judging: Judging<Given>,
): Judged {
  const references = new Map(judging.known);
  const acts = new Acts(judging.call, judging.viewer);
  const made: NewReference[] = [];
  const outcomes = lines.map((line) => outcomeOf(line, judging, { references, made, acts }));
  return { outcomes, references: made, audit: acts.entries() };
}

interface Progress {
  references: Map<string, KnownReference>;
  made: NewReference[];
  acts: Acts;
}

function outcomeOf<Given extends { reference: string; purpose: string }>(
  line: IntakeLine<Given>,
  { accept, duplicate, otherContent }: Judging<Given>,
  { references, made, acts }: Progress,
): LineOutcome {
  const { number } = line;
  if ('faults' in line) {
    const { reference, faults } = line;
    const [{ code }] = faults;
    // A spillage has an entry of its own, which names its incident.
    if (code !== ABOVE_OFFICIAL) acts.add('refusal', 'unspecified', code);
    return { line: number, reference, outcome: 'refused', code, faults };
  }
  const { given, content } = line;
  const { reference, purpose } = given;
  try {
    const before = references.get(reference);
    if (before !== undefined) {
      if (!before.content.equals(content)) throw otherContent();
      acts.add('consultation', purpose, duplicate, before.id);
      return { line: number, reference, outcome: 'duplicate-of', id: before.id };
    }
    const accepted = accept(given, acts);
    const kept = { id: accepted.id ?? '', content };
    made.push({ reference, ...kept });
    references.set(reference, kept);
    return { line: number, reference, outcome: 'accepted', ...accepted };
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal;
    const { code, message, faults = [{ pointer: '', code, detail: message }] } = refusal;
    acts.add('refusal', purpose, code);
    return { line: number, reference, outcome: 'refused', code, faults };
  }
}

/** A rule's answer, and no accident. */
function isRefusal(error: unknown): error is LineRefusal {
  const { code, kind, retriable } = error as { code?: unknown; kind?: unknown; retriable?: unknown };
  return error instanceof Error && typeof code === 'string' && typeof kind === 'string' && retriable === false;
}
