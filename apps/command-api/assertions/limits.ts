import { MAX_TEXT } from '#events';

/** Longest fields of an assertion, in UTF-16 units, for single calls and bulk alike. Documented through OpenAPI. */
export const LIMITS = {
  value: MAX_TEXT,
  platform: 64,
  property: 64,
  unit: 32,
  origin: 200,
  reference: 200,
  reason: 2000,
  assessor: 255,
  basis: 100,
  count: 999_999_999,
  codes: 20,
  code: 100,
  releasableTo: 200,
} as const;

export { PURPOSE } from '#access';

/** An id as we give it: in lower case. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
