/** Newline-delimited JSON: one value a line. */
export const NDJSON = 'application/x-ndjson';

/** The routes that take it. */
export const BULK_ROUTES = {
  assertions: '/v1/assertions/bulk',
  removals: '/v1/removals/bulk',
  decisions: '/v1/inbox/decisions',
} as const;
export type BulkKind = keyof typeof BULK_ROUTES;
