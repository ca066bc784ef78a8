import type { RelationType } from '#events';
import { locate, PRESENT, type Entity } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import type { Drawn, Found, PageTerms, Question } from '../reading/question.js';
import { byText, type SaidRow, type StatementRow } from '../reading/statement-row.js';
import {
  corroborationOf,
  OriginNumbers,
  viewOf,
  type Corroboration,
  type Sources,
  type StatementView,
} from '../reading/statement-view.js';
import { notValid } from '../terms/continuation.js';
import type { Reading } from '../terms/seed.js';
import { linksIn, walkCluster, type ClusterMember, type ReachedMember } from './cluster-bonds.js';
import { Cases, CASES, type CasesOfMember, type CasesRow } from './cluster-cases.js';
import { HELD, PARTED } from './cluster-graph.js';
import { leadsOf, type ClusterBounds, type Reached } from './cluster-walk.js';
import { notFound } from './not-found.js';

/**
 * Who belongs together: everything that binding statements this viewer may see join to the seed, each member with the
 * statements that made it one. A cluster is an answer and is never stored: its size or number would betray hidden links.
 */

export interface ClusterTerms extends PageTerms {
  readings: readonly Reading[];
  validity: Validity;
  bounds: ClusterBounds;
}

export interface Cluster {
  found: boolean;
  entity?: Entity;
  alsoFound?: Entity[];
  understoodAs?: Omit<Reading, 'id'>[];
  members?: Member[];
  /** Members of this answer that other members are said not to be, newest first. */
  conflicts?: Conflict[];
  /** There are more conflicts than the 200 that are told of these members. */
  moreConflicts?: true;
  /** What ended the cluster before its natural end: the limit of entities, or of time. */
  boundedBy?: 'entities' | 'time';
}

export interface Member {
  entity: Entity;
  /** Steps from the seed. */
  distance: number;
  /**
   * The cluster does not go on through it: shared by more holders than the limit, demoted (its card says by whom), or a number
   * that is not known to be valid (R32), whose key says so.
   */
  hub: boolean;
  /** Id of the member that led here; follow it back to the seed for the whole chain. */
  through?: string;
  /** What is said between the two, newest first. */
  links?: ChainLink[];
  /** Referrals and removals of it; absent where this viewer may see none. */
  cases?: CasesOfMember;
}

export interface ChainLink {
  relation: RelationType;
  /** `outgoing`: said of this member; `incoming`: said of the one that led to it. */
  direction: 'outgoing' | 'incoming';
  /** Over all statements of the link. */
  corroboration: Corroboration;
  /** The newest of them. */
  statements: StatementView[];
  /** Of SUCCESSOR_OF: seconds from the last removal of the earlier one until the later one was known. */
  secondsAfterRemoval?: number;
}

export interface Conflict {
  one: string;
  other: string;
  statement: StatementView;
}

/** Statements shown for one link: enough to judge it; the card has all. */
const STATEMENTS_OF_A_LINK = 5;
const CONFLICTS = 200;

async function draw(reader: Reader, terms: ClusterTerms, found?: Found): Promise<Drawn<Cluster>> {
  const [entity, ...alsoFound] = await locate(reader, terms.readings);
  if (entity === undefined) return notFound(terms.readings);
  const [offset, previous] = (terms.after ?? [0, '']) as [number, string];
  const wanted = offset + terms.limit;
  const steps: Step[] = [];
  const reached = (members: readonly ReachedMember[]): void => {
    const more = members.slice(offset + steps.length, wanted).map(stepTo);
    steps.push(...more);
    found?.(positionsOf(more));
  };
  const walked = await walkCluster(reader, entity.id, terms.bounds, terms.validity, { wanted, reached });
  const { members, looked, boundedBy } = walked;
  reached(members);
  // The walk of the page before ended elsewhere: rights have changed meanwhile, and going on would skip or repeat.
  if (offset > 0 && boundedBy !== 'time' && members[offset - 1]?.id !== previous) throw notValid();
  const shown = members.slice(offset, wanted);
  const noted = (ids: string[]): string[] => ids.filter((id) => looked.get(id)?.noted !== false);
  const notedHere = noted(shown.map(({ id }) => id));
  const [unlooked, cases, parted] = await Promise.all([
    unlookedOf(reader, shown, looked),
    // Those on pages before that led to members of this one may have been removed before these came back.
    casesOf(reader, [...notedHere, ...noted(leadsBefore(shown))], terms),
    partedOf(reader, notedHere, members.slice(0, wanted)),
  ]);
  const more = members.length > wanted;
  const moreConflicts = parted.length > CONFLICTS;
  return {
    ids: [...new Set([entity.id, ...alsoFound.map(({ id }) => id), ...shown.map(({ id }) => id)])],
    positions: [...positionsOf(steps), ...parted.slice(0, CONFLICTS).map(({ pos }) => pos)],
    truncated: more || boundedBy !== undefined || moreConflicts,
    ...(more ? { after: [wanted, shown.at(-1)!.id] } : {}),
    finish: (sources) => {
      const gathered = { entity, alsoFound, steps, looked, unlooked, cases: new Cases(cases), parted, boundedBy };
      return answer(gathered, sources);
    },
  };
}

/** A member, and what is said between it and the one that led to it, by relation and direction. */
interface Step {
  reached: ReachedMember;
  links: SaidRow[][];
}

function stepTo(reached: ReachedMember): Step {
  return { reached, links: linksIn(reached.bond?.said ?? []) };
}

function positionsOf(steps: readonly Step[]): number[] {
  const positions: number[] = [];
  for (const { links } of steps) for (const rows of links) for (const { pos } of shownOf(rows)) positions.push(pos);
  return positions;
}

/** Of members that the time did not suffice to look at. */
async function unlookedOf(
  reader: Reader,
  shown: readonly ReachedMember[],
  looked: ReadonlyMap<string, unknown>,
): Promise<ReadonlyMap<string, Entity>> {
  const members = shown.filter(({ id }) => !looked.has(id));
  if (members.length === 0) return new Map();
  return new Map((await locate(reader, members)).map((entity) => [entity.id, entity]));
}

/** Those that led to some members and are not among them: they stand on pages before. */
function leadsBefore(members: readonly Reached[]): string[] {
  const known = new Set(members.map(({ id }) => id));
  return leadsOf(members).filter((id) => !known.has(id));
}

async function casesOf(reader: Reader, members: string[], { validity }: ClusterTerms): Promise<CasesRow[]> {
  return members.length === 0 ? [] : await reader.rows(CASES, { members, ...validity });
}

function shownOf(rows: readonly SaidRow[]): readonly SaidRow[] {
  return rows.length > STATEMENTS_OF_A_LINK ? rows.slice(0, STATEMENTS_OF_A_LINK) : rows;
}

/** A parting between two of them is one of either: it is enough to begin at those that have any. */
async function partedOf(reader: Reader, noted: string[], members: readonly Reached[]): Promise<StatementRow[]> {
  if (noted.length === 0) return [];
  return await reader.rows(PARTED, { page: noted, members: members.map(({ id }) => id), limit: CONFLICTS + 1 });
}

interface Gathered {
  entity: Entity;
  alsoFound: Entity[];
  steps: Step[];
  looked: ReadonlyMap<string, ClusterMember>;
  unlooked: ReadonlyMap<string, Entity>;
  cases: Cases;
  parted: StatementRow[];
  boundedBy: Cluster['boundedBy'];
}

function answer(gathered: Gathered, sources: Sources): Cluster {
  const { entity, alsoFound, steps, parted, boundedBy } = gathered;
  const origins = new OriginNumbers();
  return {
    found: true,
    entity,
    alsoFound,
    members: steps.map((step) => member(step, gathered, sources, origins)),
    conflicts: parted.slice(0, CONFLICTS).map((row) => {
      const [one, other] = [row.here, row.other].sort(byText) as [string, string];
      return { one, other, statement: viewOf(row, sources, origins) };
    }),
    ...(parted.length > CONFLICTS ? { moreConflicts: true } : {}),
    ...(boundedBy === undefined ? {} : { boundedBy }),
  };
}

function member(
  { reached: { id, distance, through }, links }: Step,
  { looked, unlooked, cases }: Gathered,
  sources: Sources,
  origins: OriginNumbers,
): Member {
  const known = looked.get(id);
  const member: Member = { entity: known?.entity ?? unlooked.get(id)!, distance, hub: known?.hub ?? false };
  if (through !== undefined) {
    member.through = through;
    member.links = links.map((rows) => link(rows, { id, through }, cases, sources, origins));
  }
  const ofCases = cases.of(id);
  if (ofCases !== undefined) member.cases = ofCases;
  return member;
}

function link(
  rows: readonly SaidRow[],
  ends: { id: string; through: string },
  cases: Cases,
  sources: Sources,
  origins: OriginNumbers,
): ChainLink {
  const [{ relation, outgoing }] = rows as [SaidRow];
  const seconds = relation === 'SUCCESSOR_OF' ? secondsBack(rows, ends, cases) : undefined;
  return {
    relation,
    direction: outgoing ? 'incoming' : 'outgoing',
    corroboration: corroborationOf(rows),
    statements: shownOf(rows).map((row) => viewOf(row, sources, origins)),
    ...(seconds !== undefined && { secondsAfterRemoval: seconds }),
  };
}

/** Rows are seen from the member that led here: outgoing, it is that one which came back. */
function secondsBack(
  rows: readonly SaidRow[],
  { id, through }: { id: string; through: string },
  cases: Cases,
): number | undefined {
  const seen = rows.flatMap(({ from }) => from ?? []);
  return cases.secondsBack(rows[0]!.outgoing ? id : through, seen.length === 0 ? undefined : Math.min(...seen));
}

export const CLUSTER: Question<ClusterTerms, Cluster> = {
  name: 'cluster',
  fetches: [PRESENT, HELD, CASES, PARTED],
  draw,
};
