import { GRADING_SCHEMES, type Grading, type GradingScheme, type StatementKind } from '#events';

/**
 * Statement kind and grading in one small integer, because the width of a relationship is what it costs.
 * Bit 0: assessment. Then, from bit 1, three bits each: scheme (from 1; 0 is ungraded), source and information (places in
 * the scheme's order of trust). The layout is wire format of the graph: changing it wants a rebuild.
 */
const SCHEMES = Object.keys(GRADING_SCHEMES) as GradingScheme[];

export interface How {
  kind: StatementKind['kind'];
  grading?: Grading;
}

/** 0 is an ungraded fact. Throws on codes that are not of the scheme: the event is then parked and not misread. */
export function packHow(kind: StatementKind['kind'], grading?: Grading): number {
  const assessment = kind === 'assessment' ? 1 : 0;
  if (grading === undefined) return assessment;
  const scheme = SCHEMES.indexOf(grading.scheme);
  const codes = GRADING_SCHEMES[grading.scheme];
  const source = (codes.source as readonly string[]).indexOf(grading.source);
  const information = (codes.information as readonly string[]).indexOf(grading.information);
  if (source < 0 || information < 0)
    throw new RangeError(`grading ${grading.source}${grading.information} does not exist in scheme ${grading.scheme}`);
  return assessment + ((scheme + 1) << 1) + (source << 4) + (information << 7);
}

/** What `packHow` packed. An absent value is an ungraded fact. */
export function unpackHow(how: number | null | undefined): How {
  const packed = how ?? 0;
  const kind = (packed & 1) === 1 ? 'assessment' : 'fact';
  const scheme = SCHEMES[((packed >> 1) & 7) - 1];
  if (scheme === undefined) return { kind };
  const source = GRADING_SCHEMES[scheme].source[(packed >> 4) & 7];
  const information = GRADING_SCHEMES[scheme].information[(packed >> 7) & 7];
  if (source === undefined || information === undefined)
    throw new RangeError(
      `${packed} is no packed grading of scheme ${scheme}: the graph was written by another version`,
    );
  return { kind, grading: { scheme, source, information } };
}

/** Larger than every packed kind and grading, so that position and grading share a safe integer. */
const HOWS = 4096;

/** A later kind and grading with the log position from which they count. Sorted as numbers they are sorted by position. */
export function packLaterHow(position: number, how: number): number {
  return position * HOWS + how;
}

/** The packed kind and grading as known at a position: the first one, or the last that counted by then. */
export function howAt(how: number | null, later: readonly number[] | undefined, position: number): number | null {
  const counts = later?.findLast((each) => Math.floor(each / HOWS) <= position);
  return counts === undefined ? how : counts % HOWS;
}
