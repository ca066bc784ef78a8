import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CATALOGUE } from '#events';
import type { Bootstrap } from './bootstrap.js';

const isBootstrap = new Ajv2020({ allErrors: true, meta: false, validateSchema: false }).compile<Bootstrap>({
  type: 'object',
  additionalProperties: false,
  required: ['organisations', 'members'],
  properties: {
    organisations: { type: 'array', items: CATALOGUE['organisation.registered'].schema },
    members: { type: 'array', items: CATALOGUE['member.admitted'].schema },
  },
});

/** Reads `{organisations, members}`; each entry has the form of its event's data. */
export async function readBootstrapFile(path: string): Promise<Bootstrap> {
  const given: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (isBootstrap(given)) return given;
  const faults = (isBootstrap.errors ?? []).map(
    ({ instancePath, message }) => `  - ${instancePath || '/'} ${message ?? ''}`,
  );
  throw new Error(`${path} does not describe organisations and members:\n${faults.join('\n')}`);
}
