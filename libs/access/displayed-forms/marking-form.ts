import type { Marking } from '#events';
import {
  ACTION_CONDITIONS,
  COMPARTMENT_JOIN,
  GSC_INSTRUCTIONS,
  HANDLING,
  SANITISATION_CONDITIONS,
  TLP,
} from '../marking-codes.js';
import { FormRefused } from './form-refused.js';
import { printGsc, readGsc } from './gsc-form.js';

/**
 * A whole marking in one line, as it stands above a report:
 * `OFFICIAL-SENSITIVE - RECIPIENTS ONLY // TLP:AMBER // C A1 S2 // H1, H2 // REL TO a, b // COMPARTMENT saltmarsh`.
 * It does not name the originator: that is whoever says it.
 */
export type DisplayedMarking = Omit<Marking, 'originator'>;

const CONDITIONS: readonly string[] = [...ACTION_CONDITIONS, ...SANITISATION_CONDITIONS];

/** `TLP:AMBER+STRICT` of TLP 2.0; `TLP:WHITE` is what version 1 called CLEAR. @throws FormRefused */
export function readTlp(displayed: string): (typeof TLP)[number] {
  const label = /^TLP: ?(.+)$/.exec(displayed.normalize('NFKC').toUpperCase().trim())?.[1];
  const known = TLP.find((each) => each === (label === 'WHITE' ? 'CLEAR' : label));
  if (known !== undefined) return known;
  throw new FormRefused('tlp.unknown', `"${displayed}" is no label of TLP 2.0: ${TLP.map(printTlp).join(', ')}.`);
}

export function printTlp(tlp: string): string {
  return `TLP:${tlp}`;
}

/** Handling codes and conditions: `P`, `C A1 S2`, `H1, H2`. @throws FormRefused */
export function readHandling(displayed: string): Pick<Marking, 'handling' | 'conditions'> {
  const codes = displayed
    .normalize('NFKC')
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter((code) => code !== '');
  const unknown = codes.find((code) => !isOneOf(HANDLING, code) && !isOneOf(CONDITIONS, code));
  if (codes.length === 0 || unknown !== undefined)
    throw new FormRefused(
      'handling.unknown',
      `"${unknown ?? displayed}" is no handling code that is known here: ${[...HANDLING, ...CONDITIONS].join(', ')}.`,
    );
  return {
    handling: HANDLING.filter((code) => codes.includes(code)),
    conditions: CONDITIONS.filter((code) => codes.includes(code)),
  };
}

export function printMarking(marking: DisplayedMarking): string {
  const { gsc, tlp, handling, conditions, releasableTo, compartment } = marking;
  const instructions = GSC_INSTRUCTIONS.filter((code) => handling.includes(code));
  const others = handling.filter((code) => !isOneOf(GSC_INSTRUCTIONS, code));
  const report = others.filter((code) => code === 'P' || code === 'C');
  const europol = others.filter((code) => code !== 'P' && code !== 'C');
  const parts = [
    printGsc({ gsc: gsc as 'OFFICIAL', instructions, descriptors: [] }),
    printTlp(tlp),
    [...report, ...conditions].join(' '),
    europol.join(', '),
    releasableTo.length === 0 ? '' : `REL TO ${releasableTo.join(', ')}`,
    compartment === null ? '' : `COMPARTMENT ${compartment}`,
  ];
  return parts.filter((part) => part !== '').join(' // ');
}

/** What {@link printMarking} printed, or a person wrote: the tier first, the other parts in any order. @throws FormRefused */
export function readMarking(displayed: string): DisplayedMarking {
  const [tier = '', ...parts] = displayed.split('//').map((part) => part.trim());
  const { gsc, instructions } = readGsc(tier);
  const marking: DisplayedMarking = {
    gsc,
    tlp: '',
    handling: [...instructions],
    conditions: [],
    releasableTo: [],
    compartment: null,
  };
  for (const part of parts) readPart(part, marking);
  if (marking.tlp === '') throw new FormRefused('tlp.missing', 'A marking needs its TLP label, such as TLP:AMBER.');
  return marking;
}

function readPart(part: string, marking: DisplayedMarking): void {
  const released = /^REL TO (.+)$/i.exec(part)?.[1];
  const compartment = /^COMPARTMENT (\S+)$/i.exec(part)?.[1];
  if (/^TLP:/i.test(part)) marking.tlp = readTlp(part);
  else if (released !== undefined) marking.releasableTo.push(...names(released.split(',')));
  else if (compartment !== undefined)
    marking.compartment = names(compartment.split(COMPARTMENT_JOIN)).join(COMPARTMENT_JOIN);
  else {
    const { handling, conditions } = readHandling(part);
    marking.handling.push(...handling.filter((code) => !marking.handling.includes(code)));
    marking.conditions.push(...conditions.filter((code) => !marking.conditions.includes(code)));
  }
}

function names(given: readonly string[]): string[] {
  return given.map((each) => {
    const name = each.trim();
    if (/^[a-z0-9][a-z0-9-]{0,99}$/.test(name)) return name;
    throw new FormRefused(
      'marking.name',
      `"${name}" is no organisation id and no name of lower-case letters, digits and dashes.`,
    );
  });
}

function isOneOf(list: readonly string[], text: string): boolean {
  return list.includes(text);
}
