import { printGrade, printMarking } from '#access';
import type { Grading, Marking } from '#events';
import type { ShownEvent } from './shown-event.js';

interface Envelope {
  recordedTime: string;
  time?: { at: string };
  actor?: { organisation: string; user: string; role: string };
  purpose?: string;
  grading?: Grading;
  marking?: Marking;
  data?: unknown;
}

/** One event for the terminal: what happened first, then who, on what terms, then what was said. */
export function eventText(event: ShownEvent): string {
  if ('fault' in event)
    return `${event.type}  ${event.id}\n  stream   ${event.stream}\n  fault    ${String(event.fault)}`;
  const { recordedTime, time, actor, purpose, grading, marking, data } = event as unknown as Envelope;
  const lines: [string, string | undefined][] = [
    ['stream', event.stream],
    ['recorded', recordedTime],
    ['happened', time?.at],
    ['by', actor && `${actor.user} (${actor.role}) of ${actor.organisation}`],
    ['purpose', purpose],
    ['grading', grading && printGrade({ grading, ...reportHandling(grading, marking) })],
    ['marking', marking && printMarking(marking)],
    ['data', data === undefined ? undefined : indented(printable(JSON.stringify(data, null, 2)))],
  ];
  const shown = lines.filter((line): line is [string, string] => line[1] !== undefined);
  return [`${event.type}  ${event.id}`, ...shown.map(([name, text]) => `  ${name.padEnd(9)}${text}`)].join('\n');
}

/** A 3x5x2 grade is shown with the handling code of its report, `[1BP]`. */
function reportHandling({ scheme }: Grading, marking?: Marking): { handling?: string } {
  const handling = marking?.handling.find((code) => code === 'P' || code === 'C');
  return scheme === '3x5x2' && handling !== undefined ? { handling } : {};
}

function indented(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(11)}`);
}

/** Control characters and those that turn the direction of a line: what was said must not steer the terminal. */
const STEERING = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function printable(text: string): string {
  return text.replace(STEERING, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`);
}
