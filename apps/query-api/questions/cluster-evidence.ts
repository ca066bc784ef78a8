import { entityOf, type Entity } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import { saidRow, type SaidRow } from '../reading/statement-row.js';
import { EVIDENCE } from './cluster-graph.js';
import type { Reached } from './cluster-walk.js';

/** What made each entity of a page a member. */

/** The last step to a member. */
export interface Step {
  entity: Entity;
  /** Statements by relation and direction, newest first, seen from the member that led to it. */
  links: SaidRow[][];
  /** Whether its referrals, removals and partings are worth asking for. */
  noted: boolean;
}

/** A member that somebody led to. */
type Led = Reached & { through: string };

export function led(members: readonly Reached[]): Led[] {
  return members.filter((member): member is Led => member.through !== undefined);
}

/** Those that led to some members and are not among them: they stand on pages before. */
export function leadsOf(members: readonly Reached[]): string[] {
  const known = new Set(members.map(({ id }) => id));
  return [...new Set(led(members).map(({ through }) => through))].filter((id) => !known.has(id));
}

/** Steps to the members that somebody led to, by member. */
async function stepsTo(
  reader: Reader,
  members: readonly Reached[],
  { relations, validity }: { relations: string[]; validity: Validity },
): Promise<Map<string, Step>> {
  const asked = led(members);
  if (asked.length === 0) return new Map();
  const ids = [...asked.map(({ id }) => id), ...leadsOf(asked)];
  const places = new Map(ids.map((id, place) => [id, place]));
  const through = asked.map((member) => places.get(member.through)!);
  const rows = await reader.rows(EVIDENCE, { ...validity, ids, through, relations });
  const steps = new Map<string, Step>();
  for (const { pair, key, labels, noted, said } of rows) {
    const { id, parted } = asked[pair]!;
    // Cancelled by the parting of the pair; what else ties the two has made it a member.
    const standing = said.map(saidRow).filter(({ relation, pos }) => relation !== 'SAME_AS' || pos > parted);
    if (standing.length > 0) steps.set(id, { entity: entityOf(id, key, labels), links: linksIn(standing), noted });
  }
  return steps;
}

function linksIn(rows: readonly SaidRow[]): SaidRow[][] {
  const links: SaidRow[][] = [];
  for (const row of rows) {
    const link = links.find(([one]) => one?.relation === row.relation && one.outgoing === row.outgoing);
    if (link === undefined) links.push([row]);
    else link.push(row);
  }
  return links;
}

/** So many are worth asking for while the walk still goes on. */
const WORTH_ASKING = 500;

/**
 * Asks for the steps of a page while the walk still looks for more members, so that neither of the two waits for what the other has
 * to read and to decode. What is seen is fixed by the sight, not by when it is read. One at a time.
 */
export class StepsAhead {
  private readonly steps = new Map<string, Step>();
  private members: readonly Reached[] = [];
  private over = false;
  private wake = (): void => undefined;

  constructor(
    private readonly reader: Reader,
    private readonly terms: { relations: string[]; validity: Validity },
    private readonly page: { from: number; to: number },
  ) {}

  /** Members as far as they are known; none of them changes its place. */
  reached(members: readonly Reached[]): void {
    this.members = members;
    this.wake();
  }

  /** No more will be reached. */
  end(): void {
    this.over = true;
    this.wake();
  }

  /** Resolves once all are there that were reached up to the end. */
  async gathered(): Promise<ReadonlyMap<string, Step>> {
    for (let next = this.page.from; ;) {
      const known = this.members.slice(next, this.page.to);
      if (known.length >= WORTH_ASKING || (this.over && known.length > 0)) {
        for (const [id, step] of await stepsTo(this.reader, known, this.terms)) this.steps.set(id, step);
        next += known.length;
      } else if (this.over) return this.steps;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
