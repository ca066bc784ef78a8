/** Who the clerk finds by a text: what it names, who carries it, and who carries a name like it. */
import { recognise, REFUSED_FLAGS, entityId } from '#identifiers';
import { SECRET } from '../noninterference/history.js';
import type { Clerk } from './clerk.js';
import type { Line, Thing } from './lines.js';
import { alike, carried, thingOf } from './told-of-one.js';

const CARRYING = ['HAS_NAME', 'HAS_HANDLE'];

/** `lines`: all that may be seen; `passing`: what of it is true at the time asked about. */
export function search(
  lines: readonly Line[],
  passing: readonly Line[],
  text: string,
  organisation: string,
  clerk: Clerk,
): object {
  const readings = recognise(text, { organisation })
    .filter(({ flags }) => !flags.some((flag) => REFUSED_FLAGS.includes(flag)))
    .map(({ kind, key, flags }) => ({ id: entityId(SECRET, kind, key), kind, key, flags }));
  const named = readings.flatMap(({ id, flags }) => {
    const entity = thingOf(lines, id);
    return entity === undefined ? [] : [{ entity, match: entity.key === text.trim() ? 'exact' : 'normalised', flags }];
  });
  const exact = named.map(({ entity }) => entity).filter(({ kind }) => kind === 'name' || kind === 'handle');
  const carrying = passing.filter(({ relation }) => CARRYING.includes(relation));
  const names = [...new Map(carrying.map(({ to }) => [to.id, to])).values()].filter(({ kind }) => kind === 'name');
  const like = names
    .filter(({ id }) => !exact.some((one) => one.id === id))
    .map((name) => ({ name, ...likeness(text, name.key) }))
    .filter(({ both, either }) => either > 0 && both * 10 >= either * 3)
    .sort((one, other) => other.both / other.either - one.both / one.either || (one.name.id < other.name.id ? -1 : 1));
  const carriers = [
    ...exact.sort(byId).flatMap((through) => carriersOf(through, carrying, 'exact', 1, clerk)),
    ...like.flatMap(({ name, both, either }) => {
      const similarity = Math.round((both / either) * 1000) / 1000;
      return carriersOf(name, carrying, 'similar', similarity, clerk);
    }),
  ];
  if (named.length + carriers.length === 0)
    return {
      truncated: false,
      found: false,
      understoodAs: readings.map(({ kind, key, flags }) => ({ kind, key, flags })),
    };
  return { truncated: false, found: true, named, carriers };
}

function carriersOf(
  through: Thing,
  carrying: readonly Line[],
  match: string,
  similarity: number,
  clerk: Clerk,
): object[] {
  const said = carrying.filter(({ to }) => to.id === through.id).sort((one, other) => byId(one.from, other.from));
  return alike(said, ({ from }) => from.id).map((same) => ({
    entity: same[0]!.from,
    through,
    match,
    similarity,
    ...carried(same, clerk),
  }));
}

function byId(one: Thing, other: Thing): number {
  return one.id < other.id ? -1 : 1;
}

/** Groups of three letters that both have, of all that one of them has; words are taken alone, with room around them. */
function likeness(one: string, other: string): { both: number; either: number } {
  const [ofOne, ofOther] = [threes(one), threes(other)];
  const both = [...ofOne].filter((three) => ofOther.has(three)).length;
  return { both, either: ofOne.size + ofOther.size - both };
}

function threes(text: string): Set<string> {
  const found = new Set<string>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []) {
    const letters = [' ', ' ', ...word, ' '];
    for (let at = 0; at + 3 <= letters.length; at += 1) found.add(letters.slice(at, at + 3).join(''));
  }
  return found;
}
