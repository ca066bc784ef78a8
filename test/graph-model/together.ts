/** Who hangs together in the clerk's eyes: whom somebody is bound or tied to, who is a hub, and how far one gets from somebody. */
import type { Period } from './periods.js';
import { touchesPeriod } from './clerk.js';
import type { Line } from './lines.js';
import { otherOf, touching } from './told-of-one.js';

export const BINDING = [
  'USES_NUMBER',
  'HAS_HANDLE',
  'ADMINISTERS',
  'INVITES_TO',
  'SAME_AS',
  'SUCCESSOR_OF',
  'SHOWS_MEDIA',
];
export const TYING = [...BINDING, 'CONTACTED', 'MEMBER_OF', 'ASSOCIATED_WITH', 'RELATED_TO'];

export interface Bounds {
  hubLimit: number;
  entityLimit: number;
}

/** Everything that may be seen at that knowledge, and what of it joins in that period by these relations. */
export class Together {
  private readonly joining: Line[];
  /** The same with memberships that somebody said were over: they were said all the same. */
  private readonly saidToJoin: Line[];
  private readonly held = new Map<string, string[]>();
  private readonly led = new Map<string, string[]>();

  constructor(
    private readonly lines: readonly Line[],
    private readonly relations: readonly string[],
    private readonly valid: Period | undefined,
    private readonly hubLimit: number,
  ) {
    const joins = (line: Line): boolean => relations.includes(line.relation) && line.from.id !== line.to.id;
    const passes = (line: Line): boolean => valid === undefined || touchesPeriod(line, valid);
    this.saidToJoin = lines.filter((line) => joins(line) && passes(line));
    this.joining = this.saidToJoin
      .flatMap((line) => (line.relation === 'MEMBER_OF' ? this.membershipLeft(line) : line))
      .filter(passes);
  }

  /** All that is joined to something. */
  get everybody(): string[] {
    return [...new Set(this.joining.flatMap(({ from, to }) => [from.id, to.id]))];
  }

  /** A later NOT_MEMBER_OF of the pair takes it back from its own date on, altogether where it has none. */
  private membershipLeft(line: Line): Line[] {
    let { ends } = line;
    for (const against of this.lines) {
      if (against.relation !== 'NOT_MEMBER_OF' || against.said <= line.said) continue;
      if (against.from.id !== line.from.id || against.to.id !== line.to.id) continue;
      if (against.begins === undefined) return [];
      ends = Math.min(ends ?? Infinity, against.begins);
    }
    if (ends === undefined) return [line];
    return line.begins !== undefined && line.begins >= ends ? [] : [{ ...line, ends }];
  }

  /** Newest first; a SAME_AS up to the last NOT_SAME_AS of the two is cancelled, whatever period is asked about. */
  between(one: string, other: string): Line[] {
    const parted = Math.max(
      0,
      ...touching(this.lines, one)
        .filter((line) => line.relation === 'NOT_SAME_AS' && otherOf(line, one).id === other)
        .map(({ said }) => said),
    );
    return touching(this.joining, one)
      .filter((line) => otherOf(line, one).id === other)
      .filter(({ relation, said }) => relation !== 'SAME_AS' || said > parted);
  }

  /** All who hold it, those whose SAME_AS or membership is cancelled too: it is said all the same. */
  private holders(id: string): string[] {
    const holders =
      this.held.get(id) ?? [...new Set(touching(this.saidToJoin, id).map((line) => otherOf(line, id).id))].sort();
    this.held.set(id, holders);
    return holders;
  }

  isHub(id: string): boolean {
    const demoted = this.lines.some(
      (line) =>
        line.relation === 'STATED' &&
        line.property === 'demoted' &&
        line.value === true &&
        line.from.id === id &&
        (this.valid === undefined || touchesPeriod(line, this.valid)),
    );
    return demoted || this.isUnsureNumber(id) || this.holders(id).length > this.hubLimit;
  }

  /** A number that is only possible, or none at all, makes nobody the same; who deals with whom over it is another matter. */
  private isUnsureNumber(id: string): boolean {
    if (this.relations !== BINDING) return false;
    const known = this.lines.flatMap(({ from, to }) => [from, to]).find((one) => one.id === id);
    return known?.kind === 'phone-number' && !known.key.startsWith('+');
  }

  /** Whom it leads to: nobody where it is a hub. */
  leadsTo(id: string): string[] {
    const others =
      this.led.get(id) ??
      (this.isHub(id) ? [] : this.holders(id).filter((other) => this.between(id, other).length > 0));
    this.led.set(id, others);
    return others;
  }

  /** In the order of whoever led to them, then by id. */
  walk(seed: string, most: number): { members: Reached[]; cut: boolean } {
    const members: Reached[] = [{ id: seed, distance: 0 }];
    let cut = false;
    for (let at = 0; at < members.length; at += 1) {
      const { id, distance } = members[at]!;
      for (const other of this.leadsTo(id)) {
        if (members.some((member) => member.id === other)) continue;
        if (members.length >= most) cut = true;
        else members.push({ id: other, distance: distance + 1, through: id });
      }
    }
    return { members, cut };
  }

  /** Two are tied where one of them leads to the other. */
  tied(one: string, other: string): boolean {
    return this.leadsTo(one).includes(other) || this.leadsTo(other).includes(one);
  }
}

export interface Reached {
  id: string;
  distance: number;
  through?: string;
}
