import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { CATALOGUE, type BreakwaterEvent, type CatalogueEntry, type EventType } from './catalogue.js';
import type { EventBody, RecordedEvent } from './envelope.js';
import { envelopeSchema } from './envelope-schema.js';

/** A recorded event of a type and version that this build knows, its data valid and in today's version. */
export type KnownEvent = { [Type in EventType]: RecordedEvent<Extract<BreakwaterEvent, { type: Type }>> }[EventType];

/** That the schemas are right themselves, a spec says: here it would cost every start a quarter of a second. */
const ajv = new Ajv2020({
  strict: true,
  strictRequired: false,
  strictTypes: false,
  meta: false,
  validateSchema: false,
});
const envelope = ajv.compile(envelopeSchema);

const validators = new Map<EventType, ValidateFunction>();

function validatorOf(type: EventType): ValidateFunction {
  const known = validators.get(type);
  if (known !== undefined) return known;
  const compiled = ajv.compile(CATALOGUE[type].schema);
  validators.set(type, compiled);
  return compiled;
}

/**
 * The data of a type and version, brought to today's version and checked, or why it cannot be.
 * Also used at append: what cannot be decoded must never enter the log.
 */
export function dataFault(type: string, data: unknown): string | undefined {
  if (!Object.hasOwn(CATALOGUE, type)) return `no event type "${type}" is known`;
  const validate = validatorOf(type as EventType);
  if (validate(data)) return undefined;
  const error = validate.errors?.[0];
  return `data${error?.instancePath ?? ''} ${error?.message ?? 'is not valid'}`;
}

/** The bytes of an event, as stored and as sent. */
export function encodeEvent(event: RecordedEvent<EventBody>): string {
  const { body, ...rest } = event;
  return JSON.stringify({ specversion: '1.0', ...rest, type: body.type, version: body.version, data: body.data });
}

/** Reads stored bytes. Total: a body that cannot be read gives a fault, which parks the event and never throws. */
export function decodeEvent(stored: string): { event: KnownEvent } | { fault: string } {
  const parsed = parseJson(stored);
  if (parsed === undefined) return { fault: 'the body is not JSON' };
  if (!envelope(parsed)) {
    const error = envelope.errors?.[0];
    return { fault: `envelope${error?.instancePath ?? ''} ${error?.message ?? 'is not valid'}` };
  }
  const {
    specversion: _,
    type,
    version,
    data,
    ...rest
  } = parsed as unknown as Record<string, unknown> & { type: string; version: number };
  if (!Object.hasOwn(CATALOGUE, type)) return { fault: `no event type "${type}" is known` };
  const entry: CatalogueEntry = CATALOGUE[type as EventType];
  if (version > entry.version)
    return { fault: `${type} version ${version} is newer than this build (${entry.version})` };
  const current = upcast(entry, version, data);
  if (current instanceof Error)
    return { fault: `${type} version ${version} cannot be brought to ${entry.version}: ${current.message}` };
  const fault = dataFault(type, current);
  if (fault !== undefined) return { fault: `${type}: ${fault}` };
  return { event: { ...rest, body: { type, version: entry.version, data: current } } as unknown as KnownEvent };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function upcast(entry: CatalogueEntry, version: number, data: unknown): unknown {
  try {
    return entry.upcasters.slice(version - 1).reduce<unknown>((older, up) => up(older), data);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
