/** Newline-delimited JSON: one value a line. */
export const NDJSON = 'application/x-ndjson';

/** The one route that takes it. */
export const BULK_ROUTE = '/v1/assertions/bulk';
