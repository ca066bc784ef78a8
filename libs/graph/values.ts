import { Integer } from 'neo4j-driver';
import type { CypherParams, CypherValue } from './graph.js';

/**
 * A JS number is sent as a float: as a property it would be a float for ever and equal no integer in an index. The driver's
 * own `int()` costs 0.9 us a value (it compares through further objects), which is more than the graph needs to store it;
 * this one compares numbers: 0.3 us.
 */
class PlainInteger extends Integer {
  constructor(readonly value: number) {
    super(value | 0, Math.floor(value / 0x1_0000_0000) | 0);
  }

  override greaterThanOrEqual(other: number | Integer): boolean {
    return typeof other === 'number' ? this.value >= other : super.greaterThanOrEqual(other);
  }

  override lessThan(other: number | Integer): boolean {
    return typeof other === 'number' ? this.value < other : super.lessThan(other);
  }
}

/** Parameters as the driver wants them. */
export function toDriver(value: CypherValue): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? new PlainInteger(value) : value;
  if (value === undefined || value === null || typeof value !== 'object') return value ?? null;
  if (value instanceof Integer) return value;
  if (value instanceof Float64Array) return Array.from(value);
  if (Array.isArray(value)) return (value as readonly CypherValue[]).map(toDriver);
  return paramsToDriver(value as CypherParams);
}

export function paramsToDriver(params: CypherParams): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, toDriver(value)]));
}

/**
 * Values as the driver read them, with numbers in place of its integers. Its own conversion (`disableLosslessIntegers`) compares
 * each through six further objects: a quarter of what a long answer allocates.
 */
export function fromDriver(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Integer) return numberOf(value);
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) value[at] = fromDriver(value[at]);
    return value as unknown[];
  }
  const map = value as Record<string, unknown>;
  for (const name of Object.keys(map)) map[name] = fromDriver(map[name]);
  return map;
}

function numberOf({ high, low }: Integer): number {
  const number = high * 0x1_0000_0000 + (low >>> 0);
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError('the graph holds an integer of more than 53 bits: it was written by another version');
}
