import type { CypherParams } from './graph.js';

/** A text and its parameters as they are sent. */
interface Sent {
  cypher: string;
  params: CypherParams;
}

/**
 * How a text names a list that it only goes through by place. Lists that something is held against (`IN`) stay what they are, and so do those
 * of which it names a place outright: they are always as long.
 */
const BY_PLACE = /size\(\$(\w+)\)|\$(\w+)(?=\[\D)/g;
const NAMED = /\$(\w+)/g;
const texts = new Map<string, { cypher: string; names: readonly string[] }>();

/**
 * The store plans a text anew for each order of magnitude of each list that it is given, which takes it 0.6 to 1.4 s for a walk, and
 * again when the graph has grown. It does not look into maps: lists that a text goes through by place travel in one (`$placed`).
 */
export function unsized(cypher: string, params: CypherParams): Sent {
  const { cypher: text, names } = unsizedText(cypher);
  if (names.length === 0) return { cypher, params };
  const rest = Object.entries(params).filter(([name]) => !names.includes(name));
  const placed = Object.fromEntries(names.map((name) => [name, params[name]]));
  return { cypher: text, params: { ...Object.fromEntries(rest), placed } };
}

function unsizedText(cypher: string): { cypher: string; names: readonly string[] } {
  const known = texts.get(cypher);
  if (known !== undefined) return known;
  const byPlace = [...cypher.matchAll(BY_PLACE)].map(([, sized, indexed]) => sized ?? indexed!);
  const all = [...cypher.matchAll(NAMED)].map(([, name]) => name!);
  const count = (names: readonly string[], wanted: string): number => names.filter((name) => name === wanted).length;
  const names = [...new Set(byPlace)].filter((name) => count(byPlace, name) === count(all, name));
  const text = cypher.replaceAll(NAMED, (found, name: string) => (names.includes(name) ? `$placed.${name}` : found));
  const made = { cypher: text, names };
  texts.set(cypher, made);
  return made;
}
