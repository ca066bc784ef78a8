import { readFile } from 'node:fs/promises';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { FormRefused, readGrade, readMarking } from '#access';
import type { Mapping, MappingTerms } from './mapping.js';
import { mappingFaults } from './mapping-faults.js';
import { mappingSchema } from './mapping-schema.js';
import { ImportRefused } from './row-fault.js';

const validate = new Ajv2020({
  allErrors: true,
  discriminator: true,
  allowUnionTypes: true,
  strict: false,
}).compile<WrittenMapping>(mappingSchema);

/** Reads and checks a mapping file; every fault is listed at once. */
export async function loadMapping(path: string): Promise<Mapping> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ImportRefused('mapping.unreadable', `The mapping ${path} cannot be read: ${(error as Error).message}`);
  }
  return parseMapping(text, path);
}

/** A mapping from its text, or all that is wrong with it. */
export function parseMapping(text: string, path: string): Mapping {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ImportRefused('mapping.not-json', `The mapping ${path} is not JSON: ${(error as Error).message}`);
  }
  if (!validate(parsed))
    throw new ImportRefused('mapping.invalid', `The mapping ${path} is not valid:`, sentences(validate.errors ?? []));
  const mapping = withReadTerms(parsed, path);
  const faults = mappingFaults(mapping);
  if (faults.length > 0)
    throw new ImportRefused('mapping.inconsistent', `The mapping ${path} contradicts itself:`, faults);
  return mapping;
}

/** Grading and marking may stand as they are displayed above a report: `[2BP]`, `OFFICIAL // TLP:GREEN // P`. */
function withReadTerms({ terms, ...mapping }: WrittenMapping, path: string): Mapping {
  const { grading, marking } = terms;
  try {
    const grade = typeof grading === 'string' ? readGrade(grading) : { grading };
    const read = typeof marking === 'string' ? readMarking(marking) : marking;
    // The handling code of a report may stand in its grade, in its marking, or in both.
    const handling = [...new Set([...read.handling, ...(grade.handling === undefined ? [] : [grade.handling])])];
    return { ...mapping, terms: { ...terms, grading: grade.grading, marking: { ...read, handling } } };
  } catch (error) {
    if (!(error instanceof FormRefused)) throw error;
    throw new ImportRefused('mapping.invalid', `The mapping ${path} is not valid:`, [`/terms: ${error.message}`]);
  }
}

type WrittenMapping = Omit<Mapping, 'terms'> & {
  terms: Omit<MappingTerms, 'grading' | 'marking'> & {
    grading: MappingTerms['grading'] | string;
    marking: MappingTerms['marking'] | string;
  };
};

function sentences(errors: ErrorObject[]): string[] {
  const told = errors.filter((error) => error.keyword !== 'if' && error.keyword !== 'oneOf');
  return [...new Set(told.map(sentence))];
}

function sentence(error: ErrorObject): string {
  const at = error.instancePath === '' ? '(top)' : error.instancePath;
  const params = error.params as Record<string, unknown>;
  if (error.keyword === 'additionalProperties')
    return `${at}: there is no "${String(params['additionalProperty'])}" here`;
  if (error.keyword === 'enum') return `${at}: must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
  if (error.keyword === 'discriminator')
    return `${at}: "${String(params['tag'])}" cannot be "${String(params['tagValue'])}"`;
  return `${at}: ${error.message ?? error.keyword}`;
}
