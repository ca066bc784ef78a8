import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const DATA = join(process.env['BREAKWATER_DATA'] ?? '', 'stix2-json-schemas');
/** Whether the schemas are there; said once where they are not. */
export const hasOasisSchemas = process.env['BREAKWATER_DATA'] !== undefined && existsSync(DATA);
if (!hasOasisSchemas)
  process.stdout.write(
    'skipped: no stix2-json-schemas under BREAKWATER_DATA. They are public: github.com/oasis-open/cti-stix2-json-schemas\n',
  );

/** Validators of the OASIS schemas by type of object; our own types are held against the core of their kind. */
export class OasisSchemas {
  private readonly ajv = new Ajv2020({ strict: false, unicodeRegExp: false });
  private readonly ids = new Map<string, string>();

  constructor(folder = join(DATA, 'schemas')) {
    this.ajv.addFormat('email', /^[^\s@]+@[^\s@]+$/);
    this.ajv.addFormat('uri', /^[a-z][a-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/i);
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.json'),
    )) {
      const schema = JSON.parse(readFileSync(join(folder, path), 'utf8')) as { $id: string };
      this.ajv.addSchema(schema);
      this.ids.set(path.replace(/^.*\//, '').replace('.json', ''), schema.$id);
    }
  }

  faultsOf(object: { type: string; [property: string]: unknown }): unknown {
    const own = `created` in object ? 'core' : 'cyber-observable-core';
    const validate = this.ajv.getSchema(this.ids.get(object.type) ?? this.ids.get(own) ?? '') as ValidateFunction;
    return validate(object) ? undefined : { object, faults: validate.errors };
  }
}
