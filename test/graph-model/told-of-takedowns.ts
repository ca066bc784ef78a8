/** What the clerk tells of what members of a network have and run, what of it was referred and removed, and what came back. */
import type { Line, Thing } from './lines.js';
import { alike, corroboration, present } from './told-of-one.js';

const HAD = ['ADMINISTERS', 'HAS_HANDLE', 'HAS_NAME', 'USES_NUMBER'];
const ON_PLATFORMS = ['account', 'handle', 'group', 'invite', 'item'];
const POSTED_AT = ['account', 'handle', 'group'];

export interface Survived {
  totals: object;
  /** By member, in their order. */
  members: { has: object[]; hasMore: boolean; takedowns: object[] }[];
}

/** `lines`: what may be seen of the time asked about. */
export function survived(lines: readonly Line[], members: readonly Thing[]): Survived {
  const had = members.map((member) => belongings(lines, member));
  const things = members.map((member, at) => {
    const own = had[at]!.filter(({ relation }) => relation !== 'HAS_NAME').map(({ other }) => other);
    const posts = own.filter(({ kind }) => POSTED_AT.includes(kind)).flatMap((one) => postsOf(lines, one));
    return once([member, ...own, ...posts]);
  });
  const all = had.flat();
  const downs = things.map((own) => own.flatMap((one) => takedown(lines, one) ?? []));
  const found = once([...members, ...all.map(({ other }) => other)]);
  const count = (kind: string): number => found.filter((one) => one.kind === kind).length;
  return {
    totals: {
      platforms: platforms(found),
      numbers: count('phone-number'),
      handles: count('handle'),
      survival: survival(once(things.flat()).length, onceOf(downs.flat())),
    },
    members: members.map((_, at) => ({
      has: had[at]!.map(({ relation, other, said }) =>
        present({ relation, entity: other, platform: platformOf(other), corroboration: corroboration(said) }),
      ),
      hasMore: false,
      takedowns: downs[at]!.map(({ fastest: _fastest, returned: _returned, ...down }) => down),
    })),
  };
}

interface Belonging {
  relation: string;
  other: Thing;
  said: Line[];
}

function belongings(lines: readonly Line[], { id }: Thing): Belonging[] {
  const own = lines.filter(({ relation, from, to }) => from.id === id && to.id !== id && HAD.includes(relation));
  const posted = lines.filter(({ relation, from, to }) => relation === 'POSTED_BY' && to.id === id && from.id !== id);
  const grouped = (said: readonly Line[], other: (line: Line) => Thing): Belonging[] =>
    alike(said, (line) => `${line.relation} ${other(line).id}`).map((same) => ({
      relation: same[0]!.relation,
      other: other(same[0]!),
      said: same,
    }));
  const inOrder = (found: Belonging[]): Belonging[] =>
    found.sort((one, other) => (`${one.relation} ${one.other.id}` < `${other.relation} ${other.other.id}` ? -1 : 1));
  return [...inOrder(grouped(own, ({ to }) => to)), ...inOrder(grouped(posted, ({ from }) => from))];
}

function postsOf(lines: readonly Line[], { id }: Thing): Thing[] {
  return once(
    lines.filter(({ relation, to }) => relation === 'POSTED_BY' && to.id === id).map(({ from }) => from),
  ).sort((one, other) => (one.id < other.id ? -1 : 1));
}

interface Down {
  entity: Thing;
  state: 'up' | 'down' | 'seen-again';
  cases: Cases;
  cameBackAs: object[];
  /** Whether anything came in its place that was not there before its first removal. */
  returned: boolean;
  /** Of all that came back with a known time. */
  fastest?: number;
}

interface Cases {
  referred?: object;
  removed?: object;
}

/** Nothing where it was neither referred nor removed. */
function takedown(lines: readonly Line[], entity: Thing): Down | undefined {
  const cases = casesOf(lines, entity.id);
  if (cases === undefined) return undefined;
  const last = momentsOf(lines, 'REMOVED', entity.id).at(-1);
  const looks = lines
    .filter(
      ({ relation, property, value }) =>
        relation === 'STATED' && property === 'availability' && value === 'still-available',
    )
    .filter(({ from }) => from.id === entity.id)
    .flatMap(({ begins }) => begins ?? []);
  const again = [...looks, ...momentsOf(lines, 'REFERS', entity.id)].filter((at) => last !== undefined && at > last);
  const first = again.length === 0 ? undefined : Math.min(...again);
  const after = alike(
    lines.filter(({ relation, to }) => relation === 'SUCCESSOR_OF' && to.id === entity.id),
    ({ from }) => from.id,
  ).map((said) => {
    const dates = said.flatMap(({ begins }) => begins ?? []);
    const since = dates.length === 0 ? undefined : Math.min(...dates);
    return { other: said[0]!.from, said, since, seconds: secondsBack(lines, entity.id, since) };
  });
  after.sort((one, other) => (one.since ?? 1e12) - (other.since ?? 1e12) || (one.other.id < other.other.id ? -1 : 1));
  const times = [first === undefined ? undefined : first - last!, ...after.map(({ seconds }) => seconds)];
  const gone = momentsOf(lines, 'REMOVED', entity.id)[0];
  const known = times.filter((seconds) => seconds !== undefined);
  return {
    entity,
    state: cases.removed === undefined ? 'up' : first === undefined ? 'down' : 'seen-again',
    cases,
    ...(first === undefined ? {} : { seenAgain: { at: text(first), secondsAfterRemoval: first - last! } }),
    cameBackAs: after.map(({ other, said, since, seconds }) =>
      present({
        entity: other,
        platform: platformOf(other),
        corroboration: corroboration(said),
        since: since === undefined ? undefined : text(since),
        secondsAfterRemoval: seconds,
        removed: lines.some(({ relation, to }) => relation === 'REMOVED' && to.id === other.id),
      }),
    ),
    returned: after.some(({ since }) => since === undefined || gone === undefined || since >= gone),
    ...(known.length === 0 ? {} : { fastest: Math.min(...known) }),
  };
}

/** Referrals and removals of one thing; nothing where there are none. */
export function casesOf(lines: readonly Line[], id: string): Cases | undefined {
  const told = (relation: string): object | undefined => {
    const said = lines.filter((line) => line.relation === relation && line.to.id === id);
    const at = momentsOf(lines, relation, id);
    if (said.length === 0) return undefined;
    return { statements: said.length, ...(at.length === 0 ? {} : { first: text(at[0]!), last: text(at.at(-1)!) }) };
  };
  const [referred, removed] = [told('REFERS'), told('REMOVED')];
  return referred === undefined && removed === undefined ? undefined : present({ referred, removed });
}

/** From the last removal of the earlier one before its successor was known. */
export function secondsBack(lines: readonly Line[], earlier: string, since: number | undefined): number | undefined {
  const before = momentsOf(lines, 'REMOVED', earlier).filter((at) => since !== undefined && at <= since);
  return before.length === 0 ? undefined : since! - before.at(-1)!;
}

function momentsOf(lines: readonly Line[], relation: string, id: string): number[] {
  const said = lines.filter((line) => line.relation === relation && line.to.id === id);
  return said.flatMap(({ begins }) => begins ?? []).sort((one, other) => one - other);
}

function survival(entities: number, downs: readonly Down[]): object {
  const removed = downs.filter(({ cases }) => cases.removed !== undefined);
  const times = removed.flatMap(({ fastest }) => fastest ?? []).sort((one, other) => one - other);
  const count = (state: Down['state']): number => downs.filter((down) => down.state === state).length;
  return present({
    entities,
    referred: downs.filter(({ cases }) => cases.referred !== undefined).length,
    removed: removed.length,
    up: count('up'),
    down: count('down'),
    seenAgain: count('seen-again'),
    cameBack: removed.filter(({ returned }) => returned).length,
    // The middle one; of two middle ones, the shorter.
    medianSecondsToReturn: times[Math.ceil(times.length / 2) - 1],
    datedReturns: times.length,
  });
}

function platforms(things: readonly Thing[]): object[] {
  const named = things.flatMap((one) => platformOf(one) ?? []);
  return [...new Set(named)]
    .map((platform) => ({ platform, entities: named.filter((each) => each === platform).length }))
    .sort((one, other) => other.entities - one.entities || (one.platform < other.platform ? -1 : 1));
}

function platformOf({ kind, key }: Thing): string | undefined {
  return ON_PLATFORMS.includes(kind) ? key.split(':')[0] : undefined;
}

function once(things: readonly Thing[]): Thing[] {
  return things.filter(({ id }, at) => things.findIndex((other) => other.id === id) === at);
}

function onceOf(downs: readonly Down[]): Down[] {
  return downs.filter(({ entity }, at) => downs.findIndex((other) => other.entity.id === entity.id) === at);
}

function text(second: number): string {
  return `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
}
