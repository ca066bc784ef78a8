import { Problem, type Fault } from '#runtime';
import { microsecondsOf } from './instants.js';

/** What a client asks of a collection (TAXII 2.1, 3.4 and 3.5). */
export interface PageQuery {
  /** Strictly later than this, in microseconds since 1970. */
  addedAfter?: number;
  limit: number;
  /** Where the page before ended, as it came. */
  next?: string;
  ids?: readonly string[];
  types?: readonly string[];
  versions: Versions;
  /** Whether it asks for versions of STIX that are kept here. */
  specKept: boolean;
}

/** Versions that are wanted: all, or any of these. */
export type Versions = 'all' | { last: boolean; first: boolean; at: readonly number[] };

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 500;
/** Most values of one field: so many ids are a page's. */
const MAX_VALUES = MAX_LIMIT;
const SPEC_VERSION = '2.1';

const MATCH = /^match\[(.*)\]$/s;
/** What the fields of a query may be; a parameter that TAXII does not know is none of ours and left alone. */
const KNOWN = ['id', 'type', 'version', 'spec_version'];

/** @throws {@link Problem} `taxii.query` for whatever is malformed: a page that answers half a question would pass for the whole */
export function pageQuery(given: Readonly<Record<string, unknown>>): PageQuery {
  const faults: Fault[] = [];
  const one = (name: string): string | undefined => {
    const value = given[name];
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    faults.push(fault(name, typeof value === 'string' ? 'is empty' : 'may be given once'));
    return undefined;
  };
  const list = (field: string): string[] | undefined => {
    const values = one(`match[${field}]`)?.split(',');
    if (values === undefined || (values.length <= MAX_VALUES && values.every((value) => value !== ''))) return values;
    faults.push(fault(`match[${field}]`, `is a list of at most ${MAX_VALUES} values with commas between`));
    return undefined;
  };
  for (const name of Object.keys(given)) {
    const field = MATCH.exec(name)?.[1];
    if (field !== undefined && !KNOWN.includes(field)) faults.push(fault(name, `is not one of ${KNOWN.join(', ')}`));
  }
  const limit = limitOf(one('limit'), faults);
  const addedAfter = instantOf('added_after', one('added_after'), faults);
  const next = one('next');
  const [ids, types, specs] = [list('id'), list('type'), list('spec_version')];
  const versions = versionsOf(list('version') ?? ['last'], faults);
  if (faults.length > 0)
    throw new Problem(
      'InvalidInput',
      'taxii.query',
      faults.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; '),
      {
        faults,
      },
    );
  return {
    limit,
    versions,
    specKept: specs === undefined || specs.includes(SPEC_VERSION),
    ...(addedAfter !== undefined && { addedAfter }),
    ...(next !== undefined && { next }),
    ...(ids !== undefined && { ids }),
    ...(types !== undefined && { types }),
  };
}

function limitOf(text: string | undefined, faults: Fault[]): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (!/^0*[1-9]\d*$/.test(text)) faults.push(fault('limit', 'is a whole number of at least 1'));
  return Math.min(Number(text), MAX_LIMIT);
}

function instantOf(name: string, text: string | undefined, faults: Fault[]): number | undefined {
  const at = text === undefined ? undefined : microsecondsOf(text);
  if (text !== undefined && at === undefined)
    faults.push(fault(name, 'is a timestamp in UTC: 2026-03-09T21:15:00.000000Z'));
  return at;
}

function versionsOf(values: readonly string[], faults: Fault[]): Versions {
  const dates = values.filter((value) => !['all', 'first', 'last'].includes(value));
  const at = dates.flatMap((value) => instantOf('match[version]', value, faults) ?? []);
  if (!values.includes('all')) return { last: values.includes('last'), first: values.includes('first'), at };
  if (values.length > 1) faults.push(fault('match[version]', 'says all and something else'));
  return 'all';
}

function fault(name: string, detail: string): Fault {
  return { pointer: `/${name}`, code: 'taxii.parameter', detail };
}
