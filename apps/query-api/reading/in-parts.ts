import type { CypherValue, Fetch, Reader } from './fetch.js';

/** Ids of one round trip: a bare name has dozens of readings, so those of a long list are very many. */
const IDS_AT_ONCE = 10_000;

/** The rows of any number of ids, asked for in parts. Rows are in order within a part only. */
export async function inParts<Params extends { ids: string[] } & Record<string, CypherValue>, Row>(
  reader: Reader,
  fetch: Fetch<Params, Row>,
  params: Params,
): Promise<Row[]> {
  let rows: Row[] = [];
  for (let start = 0; start < params.ids.length; start += IDS_AT_ONCE)
    rows = rows.concat(await reader.rows(fetch, { ...params, ids: params.ids.slice(start, start + IDS_AT_ONCE) }));
  return rows;
}
