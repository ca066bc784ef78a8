import { GSC, GSC_INSTRUCTIONS, LEGACY_DETAIL, isLegacyTier } from '../marking-codes.js';
import { ABOVE_OFFICIAL, SPILLAGE_DETAIL, isAboveOfficial } from '../spillage.js';
import { FormRefused } from './form-refused.js';

/**
 * Government Security Classification as it stands at the top and bottom of a page:
 * `[UK ]OFFICIAL[-SENSITIVE][ - INSTRUCTION or DESCRIPTOR]...` (domain-standards 1.3).
 */
export interface DisplayedGsc {
  gsc: (typeof GSC)[number];
  /** As codes, which decide who may see. */
  instructions: (typeof GSC_INSTRUCTIONS)[number][];
  /** What it is about; decides nothing. */
  descriptors: string[];
  /** Sent to partners abroad; decides nothing. */
  prefix?: 'UK';
}

export const GSC_DESCRIPTORS = [
  'PERSONAL DATA',
  'LEGAL PROFESSIONAL PRIVILEGE',
  'LEGAL',
  'MARKET SENSITIVE',
  'COMMERCIAL',
  'HR/MANAGEMENT',
] as const;

/** Instructions that exist and for which there is no rule here: dropped, they would mislead whoever relies on them. */
const WITHOUT_RULE = ['EMBARGOED', 'FOR PUBLIC RELEASE'];

/** @throws FormRefused with what to do instead */
export function readGsc(displayed: string): DisplayedGsc {
  const text = displayed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\u2010-\u2015]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (isAboveOfficial(text)) throw new FormRefused(ABOVE_OFFICIAL, SPILLAGE_DETAIL);
  if (isLegacyTier(text)) throw new FormRefused('gsc.legacy', `"${displayed}" ${LEGACY_DETAIL}`);
  const [, prefix, sensitive, rest = ''] = /^(UK )?OFFICIAL([ -]SENSITIVE)?(?:\s*[-:/]*\s+(.*))?$/.exec(text) ?? [];
  if (
    !/^(?:UK )?OFFICIAL(?:$|[ :/-])/.test(text) ||
    (rest === '' && !/^(?:UK )?OFFICIAL(?:[ -]SENSITIVE)?$/.test(text))
  )
    throw new FormRefused(
      'gsc.unknown',
      `"${displayed}" is no classification that is known here: OFFICIAL or OFFICIAL-SENSITIVE.`,
    );
  const additions = rest.split(/\s+-+\s+|\s*[,;:]\s*/).filter((part) => part !== '');
  return {
    gsc: sensitive === undefined ? 'OFFICIAL' : 'OFFICIAL-SENSITIVE',
    instructions: GSC_INSTRUCTIONS.filter((code) => additions.some((each) => codeOf(each) === code)),
    descriptors: GSC_DESCRIPTORS.filter((name) => additions.includes(name)),
    ...(prefix === undefined ? {} : { prefix: 'UK' as const }),
    ...refuseUnknown(additions),
  };
}

function refuseUnknown(additions: readonly string[]): object {
  for (const each of additions) {
    if (WITHOUT_RULE.includes(each))
      throw new FormRefused(
        'gsc.without-rule',
        `"${each}" cannot be kept by any rule here; say it in the text of the report.`,
      );
    if (!isOneOf(GSC_INSTRUCTIONS, codeOf(each)) && !isOneOf(GSC_DESCRIPTORS, each))
      throw new FormRefused(
        'gsc.unknown-addition',
        `"${each}" is no handling instruction or descriptor that is known here.`,
      );
  }
  return {};
}

function codeOf(instruction: string): string {
  return instruction.replaceAll(' ', '-');
}

function isOneOf(list: readonly string[], text: string): boolean {
  return list.includes(text);
}

export function printGsc({ gsc, instructions, descriptors, prefix }: DisplayedGsc): string {
  const tier = prefix === undefined ? gsc : `${prefix} ${gsc}`;
  return [tier, ...instructions.map((code) => code.replaceAll('-', ' ')), ...descriptors].join(' - ');
}
