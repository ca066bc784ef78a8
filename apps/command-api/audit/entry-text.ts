import type { PlacedEntry } from '#access';

/** One entry for the terminal: when, who, what, on what and why. */
export function entryText({ place, entry }: Pick<PlacedEntry, 'place' | 'entry'>): string {
  const { seq, at, act, organisation, subject, purpose, ids, recipients, reason } = entry;
  const lines: [string, string | undefined][] = [
    ['by', `${subject} of ${organisation ?? 'no organisation'}`],
    ['purpose', purpose],
    ['reason', reason ?? undefined],
    ['ids', ids.length > 8 ? `${ids.slice(0, 8).join(' ')} and ${ids.length - 8} more` : ids.join(' ')],
    ['to', recipients.length === 0 ? undefined : recipients.join(' ')],
  ];
  const shown = lines.filter((line): line is [string, string] => line[1] !== undefined && line[1] !== '');
  return [
    `${at}  ${act}  entry ${seq}, place ${place}`,
    ...shown.map(([name, text]) => `  ${name.padEnd(8)}${text}`),
  ].join('\n');
}
