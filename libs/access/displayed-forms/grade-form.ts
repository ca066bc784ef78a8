import { GRADING_SCHEMES, gradingIsKnown, type Grading, type GradingScheme } from '#events';
import { FormRefused } from './form-refused.js';

/**
 * A grade as it is written: `[1BP]`, `5x5x5 B24`, `4x4 A1`, `Admiralty B2`. The brackets are those of 3x5x2 alone; every other
 * grade bears its scheme, since `B2` is three different things in three schemes (R1).
 */
export interface DisplayedGrade {
  grading: Grading;
  /** Handling code that stands in the grade: 3x5x2 `P` or `C`, 5x5x5 `1` to `5`. As given, never converted into another scheme's. */
  handling?: string;
}

const NAMES: Record<GradingScheme, string> = {
  '3x5x2': '3x5x2',
  '5x5x5': '5x5x5',
  '4x4': '4x4',
  admiralty: 'Admiralty',
};
const SCHEMES = Object.keys(GRADING_SCHEMES) as GradingScheme[];
const HANDLING: Partial<Record<GradingScheme, RegExp>> = { '3x5x2': /^[PC]$/, '5x5x5': /^[1-5]$/ };

/** @throws FormRefused; a grade that may belong to several schemes is refused and never guessed */
export function readGrade(displayed: string): DisplayedGrade {
  const text = displayed.normalize('NFKC').toUpperCase().replaceAll(/\s+/g, ' ').trim();
  const bracketed = /^\[ ?(.*?) ?\]$/.exec(text)?.[1];
  if (bracketed !== undefined) return gradeOf('3x5x2', bracketed, displayed);
  const scheme = SCHEMES.find((each) => text.startsWith(`${NAMES[each].toUpperCase()} `));
  if (scheme !== undefined) return gradeOf(scheme, text.slice(NAMES[scheme].length + 1), displayed);
  const possible = SCHEMES.filter((each) => parts(each, text) !== undefined);
  throw possible.length === 0
    ? new FormRefused('grading.unknown', `"${displayed}" is no grade of any scheme that is known here.`)
    : new FormRefused(
        'grading.scheme',
        `A grade means nothing without its scheme: write ${possible.map((each) => `"${example(each, text)}"`).join(' or ')}.`,
      );
}

function example(scheme: GradingScheme, text: string): string {
  return scheme === '3x5x2' ? `[${text}]` : `${NAMES[scheme]} ${text}`;
}

function gradeOf(scheme: GradingScheme, code: string, displayed: string): DisplayedGrade {
  const grade = parts(scheme, code);
  if (grade !== undefined) return grade;
  const { source, information } = GRADING_SCHEMES[scheme];
  throw new FormRefused(
    'grading.codes',
    `"${displayed}" is no grade of ${NAMES[scheme]}: source ${source.join(' ')}, information ${information.join(' ')}` +
      `${HANDLING[scheme] === undefined ? '' : ', then its handling code or nothing'}.`,
  );
}

function parts(scheme: GradingScheme, code: string): DisplayedGrade | undefined {
  const [, source = '', information = '', handling = ''] = /^([A-Z0-9])([A-Z0-9])([A-Z0-9])?$/.exec(code) ?? [];
  const grading = { scheme, source, information };
  if (!gradingIsKnown(grading)) return undefined;
  if (handling === '') return { grading };
  return HANDLING[scheme]?.test(handling) === true ? { grading, handling } : undefined;
}

export function printGrade({ grading: { scheme, source, information }, handling = '' }: DisplayedGrade): string {
  return example(scheme, `${source}${information}${handling}`);
}
