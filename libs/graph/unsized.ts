/** A text and its parameters as the driver sends them. */
interface Sent {
  cypher: string;
  params: Readonly<Record<string, unknown>>;
}

const NAMED = /\$(\w+)/g;
/** By text and by the names of its lists: a parameter that is a list in one request may be null in another. */
const texts = new Map<string, string>();

/**
 * The store plans a text anew for each order of magnitude of each list that it is given, which takes it 0.1 to 1.4 s, and again when
 * the graph has grown. It does not look into maps: the lists of a request travel in one (`$lists`).
 */
export function unsized(cypher: string, params: Readonly<Record<string, unknown>>): Sent {
  const lists: Record<string, unknown> = {};
  const others: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) (Array.isArray(value) ? lists : others)[name] = value;
  const names = Object.keys(lists);
  return names.length === 0 ? { cypher, params } : { cypher: unsizedText(cypher, names), params: { ...others, lists } };
}

function unsizedText(cypher: string, names: readonly string[]): string {
  const key = `${names.join()} ${cypher}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const text = cypher.replaceAll(NAMED, (found, name: string) => (names.includes(name) ? `$lists.${name}` : found));
  texts.set(key, text);
  return text;
}
