import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AuditKeySettings, CursorKeySettings, IdKeySettings } from './key-settings.js';
import { ProcessSettings } from './process-settings.js';
import { KafkaSettings } from './server-settings.js';

/**
 * Settings are read once, in `main`, and passed on as frozen objects; a process with wrong ones does not start. A message
 * names settings and rules and never a value, since a value may be a secret.
 */
export interface SettingsClass<Part extends object> {
  new (): Part;
  /** From each field to the name of its environment variable. */
  readonly environment: { readonly [Field in keyof Part]?: string };
}

export type Settings<Parts extends Record<string, SettingsClass<object>>> = {
  readonly process: Readonly<ProcessSettings>;
} & { readonly [Name in keyof Parts]: Readonly<InstanceType<Parts[Name]>> };

export class SettingsRefused extends Error {
  readonly code = 'settings.refused';
  readonly retriable = false;

  constructor(readonly faults: readonly string[]) {
    super(`The settings are not right:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'SettingsRefused';
  }
}

/** Names with our prefix that any process may find in its environment: those of scripts and tools, and those that several apps read. */
const SHARED_NAMES: readonly string[] = [
  'BREAKWATER_DATA',
  'BREAKWATER_COMMAND_URL',
  'BREAKWATER_QUERY_URL',
  'BREAKWATER_FEEDS_URL',
  'BREAKWATER_TOKEN',
  'BREAKWATER_CLIENT_SECRET',
  'BREAKWATER_PROOF',
  'BREAKWATER_WEBHOOK_PORTS',
  'BREAKWATER_WEBHOOK_LOCAL_TARGETS',
  ...[KafkaSettings, IdKeySettings, CursorKeySettings, AuditKeySettings].flatMap((part) =>
    Object.values(part.environment),
  ),
];

interface Guarded {
  unprotected?: () => string[];
  forbidden?: () => string[];
}

/**
 * Reads and checks the settings of one app: its own class and the classes of the servers it uses.
 * A secret may come from a file instead: `NAME_FILE` holds the path. An empty variable counts as absent.
 * @throws {@link SettingsRefused} with every fault at once
 */
export function readSettings<const Parts extends Record<string, SettingsClass<object>>>(
  parts: Parts,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings<Parts> {
  const classes = Object.entries({ process: ProcessSettings, ...parts } as Record<string, SettingsClass<object>>);
  const faults = unknownNames(classes, environment);
  const settings: Record<string, object> = {};
  for (const [name, part] of classes) settings[name] = readPart(part, environment, faults);
  if (faults.length === 0) faults.push(...unsafe(settings as { process: ProcessSettings }));
  if (faults.length > 0) throw new SettingsRefused(faults);
  return Object.freeze(settings) as Settings<Parts>;
}

function namesOf(part: SettingsClass<object>): [field: string, name: string][] {
  return Object.entries(part.environment as Record<string, string>);
}

function unknownNames(classes: [string, SettingsClass<object>][], environment: object): string[] {
  const names = [...SHARED_NAMES, ...classes.flatMap(([, part]) => namesOf(part).map(([, name]) => name))];
  const known = new Set(names.flatMap((name) => [name, `${name}_FILE`]));
  return Object.keys(environment)
    .filter((name) => name.startsWith('BREAKWATER_') && !known.has(name))
    .map((name) => `${name} is no setting of this program`);
}

function readPart(
  part: SettingsClass<object>,
  environment: Readonly<Record<string, string | undefined>>,
  faults: string[],
): object {
  const names = namesOf(part);
  const given: Record<string, string> = {};
  for (const [field, name] of names) {
    const value = readValue(name, environment, faults);
    if (value !== undefined) given[field] = value;
  }
  const instance = plainToInstance(part, given, { exposeDefaultValues: true });
  for (const { property, constraints } of validateSync(instance)) {
    const name = names.find(([field]) => field === property)?.[1] ?? property;
    if (given[property] === undefined && (instance as Record<string, unknown>)[property] === undefined)
      faults.push(`${name} is missing`);
    else for (const rule of Object.values(constraints ?? {})) faults.push(rule.replace(property, name));
  }
  return Object.freeze(hideValues(instance));
}

function readValue(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  faults: string[],
): string | undefined {
  const direct = environment[name];
  const file = environment[`${name}_FILE`];
  if (file === undefined || file === '') return direct === '' ? undefined : direct;
  if (direct !== undefined && direct !== '') {
    faults.push(`${name} and ${name}_FILE are both set; keep one`);
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    faults.push(`${name}_FILE names a file that cannot be read (${code ?? 'unknown reason'})`);
    return undefined;
  }
}

/** Printed or logged by mistake, settings show which fields are set and never what they hold. */
function hideValues(instance: object): object {
  const masked = (): object => Object.fromEntries(Object.keys(instance).map((field) => [field, '[set]']));
  Object.defineProperty(instance, 'toJSON', { value: masked });
  Object.defineProperty(instance, inspect.custom, { value: masked });
  return instance;
}

function unsafe(settings: Record<string, object> & { process: ProcessSettings }): string[] {
  if (settings.process.environment === 'local') return [];
  const guarded = Object.values(settings) as Guarded[];
  const unprotected = settings.process.allowPlaintext ? [] : guarded.flatMap((part) => part.unprotected?.() ?? []);
  return [
    ...guarded.flatMap((part) => part.forbidden?.() ?? []),
    ...unprotected.map((fault) => `${fault}, or BREAKWATER_ALLOW_PLAINTEXT=yes where the way is secured otherwise`),
  ];
}
