import { stringify } from 'csv-stringify/sync';

/** A file as spreadsheets read it (RFC 4180). */
export function writeCsv(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return stringify([columns, ...rows] as unknown[][], { record_delimiter: '\r\n', cast: { string: asText } });
}

/** Begins as a formula does, in whatever width it is written. */
const FORMULA = /^[\s\p{Cc}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;
/** A number with its sign, such as that of a phone, runs as nothing else and is read as it is. */
const NUMBER = /^[+-]?\d[\d ().-]*$/;

/** A text that a spreadsheet would run is made a text there. */
export function asText(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
