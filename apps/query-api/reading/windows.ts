/**
 * How a page of a crowded node is read without reading all its links: by the hints, which are kept in the orders that pages have. A
 * window is as much of such an order as a page may want, of the audiences that the viewer may see there; the page is asked of
 * those only who stand in it. Hints may name too much and never too little, so a row that comes before the window's end is where it
 * would be among all of them, and a page that ends before it is whole. One that does not is asked of a larger window.
 */

/** Place in an order: of the newest `[position]`, of the earliest `[second, position]`. */
export type Place = readonly number[];

/** How a fetch gives its pages. */
export interface Paged<Params, Row> {
  by: keyof typeof WINDOWS;
  /** Where the page begins, at the latest. */
  from(params: Params & { position: number }): Place;
  /** Place of the last row of a full page; undefined where the page is not full. */
  upTo(rows: readonly Row[], params: Params): Place | undefined;
}

export interface Window {
  /** Places of the window's hints, in its order. */
  places: Place[];
  others: string[];
}

/** An index over several properties serves only where each of them is named, and gives its order only where ORDER BY names them too. */
export const WINDOWS = {
  newest: {
    name: 'newest-nearby',
    cypher: `
      UNWIND $among AS audience
      CALL (audience) {
        MATCH (n:Near) USING INDEX n:Near(hub, aud, pos) WHERE n.hub = $id AND n.aud = audience AND n.pos <= $from[0]
        RETURN n ORDER BY n.hub DESC, n.aud DESC, n.pos DESC LIMIT $most
      }
      WITH n ORDER BY n.pos DESC LIMIT $most
      RETURN collect([n.pos]) AS places, collect(n.other) AS others`,
    warmUp: { id: 'none', among: [0], from: [0], most: 1 },
  },
  earliest: {
    name: 'earliest-nearby',
    cypher: `
      UNWIND $among AS audience
      CALL (audience) {
        MATCH (n:Near) USING INDEX n:Near(hub, aud, at, pos)
        WHERE n.hub = $id AND n.aud = audience AND n.at = $from[0] AND n.pos >= $from[1]
        RETURN n ORDER BY n.hub, n.aud, n.at, n.pos LIMIT $most
        UNION ALL
        MATCH (n:Near) USING INDEX n:Near(hub, aud, at, pos)
        WHERE n.hub = $id AND n.aud = audience AND n.at > $from[0] AND n.pos >= 0
        RETURN n ORDER BY n.hub, n.aud, n.at, n.pos LIMIT $most
      }
      WITH n ORDER BY n.at, n.pos LIMIT $most
      RETURN collect([n.at, n.pos]) AS places, collect(n.other) AS others`,
    warmUp: { id: 'none', among: [0], from: [0, 0], most: 1 },
  },
};

/** The first window for a page of so many, and how much larger each next one is. */
const BESIDE = 20;
const LARGER = 6;
/** With more, looking at every link is no slower. */
const MOST = 5_000;

/** Sizes of the windows to try for a page of so many. */
export function windowSizes(limit: number): number[] {
  const sizes: number[] = [];
  for (let size = 2 * limit + BESIDE; size <= MOST; size *= LARGER) sizes.push(size);
  return sizes;
}

/** Whether the rows are a whole page, whatever stands beyond the window. */
export function isWhole<Params, Row>(
  { by, upTo }: Paged<Params, Row>,
  params: Params,
  { places }: Window,
  size: number,
  rows: readonly Row[],
): boolean {
  if (places.length < size) return true;
  const last = upTo(rows, params);
  return last !== undefined && before(by, last, places.at(-1)!);
}

function before(by: keyof typeof WINDOWS, one: Place, other: Place): boolean {
  const at = one.findIndex((value, place) => value !== other[place]);
  return at >= 0 && (by === 'newest' ? one[at]! > other[at]! : one[at]! < other[at]!);
}
