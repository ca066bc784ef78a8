/** Lists that are told as sets: their order says nothing. */
const SETS = ['gradings', 'categories', 'organisations', 'relations', 'said'];

/** An answer with its origins numbered as they come, whatever they are called, and its sets in one order. */
export function numbered(answer: unknown): unknown {
  const origins: unknown[] = [];
  const copy = (value: unknown, field?: string): unknown => {
    if (field === 'origin') {
      if (!origins.includes(value)) origins.push(value);
      return origins.indexOf(value) + 1;
    }
    if (Array.isArray(value)) {
      const copied = value.map((each) => copy(each));
      return field !== undefined && SETS.includes(field) ? copied.sort(byJson) : copied;
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copy(each, name)]));
  };
  return copy(answer);
}

function byJson(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
