/** Times in microseconds since 1970, as a feed counts them, and as TAXII and STIX write them. */
export function instantText(microseconds: number): string {
  const text = new Date(Math.floor(microseconds / 1_000)).toISOString();
  return `${text.slice(0, -1)}${String(microseconds % 1_000).padStart(3, '0')}Z`;
}

const FORM = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d+))?Z$/;

/** Undefined for what is no timestamp of the standard (RFC 3339 in UTC, written with a Z). Digits beyond microseconds are cut off. */
export function microsecondsOf(text: string): number | undefined {
  const [, day, time, fraction = ''] = FORM.exec(text) ?? [];
  if (day === undefined || time === undefined) return undefined;
  const at = new Date(`${day}T${time}.000Z`);
  // 30 February would become the second of March: a time that nobody asked for.
  if (Number.isNaN(at.getTime()) || !at.toISOString().startsWith(`${day}T${time}`)) return undefined;
  return at.getTime() * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}
