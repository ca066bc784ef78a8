import { QuestionRefused } from '../terms/refusals.js';

/** Under which authority a file holds victims and witnesses too (R10): a code, since it is written into the audit. */

export const AUTHORITY = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/;
export const AUTHORITY_FORM = 'withVictimsAndWitnesses is a code of at most 100 letters, digits and . _ : / -';

export const UNAUTHORISED = new QuestionRefused(
  'export.needs-authoriser',
  'Forbidden',
  'Victims and witnesses are exported by an authoriser only; leave withVictimsAndWitnesses out, or ask an authoriser.',
);

/** What the audit says of an answer that leaves as a file. */
export function exportNote(authority: string | undefined, format?: string): string {
  const parts = [
    format === undefined ? 'exported' : `exported as ${format}`,
    ...(authority === undefined ? [] : [`victims-and-witnesses under ${authority}`]),
  ];
  return parts.join(', ');
}
