import type { RelationType } from '#events';
import { locate, PRESENT, type Entity } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import type { Drawn, PageTerms, Question } from '../reading/question.js';
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
import { Cases, CASES, type CasesOfMember, type CasesRow } from './cluster-cases.js';
import { leadsOf, led, StepsAhead, type Step } from './cluster-evidence.js';
import { EVIDENCE, HELD, PARTED } from './cluster-graph.js';
import { walk, type ClusterBounds, type Reached, type Walk } from './cluster-walk.js';
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
  /** What ended the cluster before its natural end: the limit of entities, or of time. */
  boundedBy?: 'entities' | 'time';
}

export interface Member {
  entity: Entity;
  /** Steps from the seed. */
  distance: number;
  /** Shared by more holders than the limit, or demoted (its card says by whom): the cluster does not go on through it. */
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

async function draw(reader: Reader, terms: ClusterTerms): Promise<Drawn<Cluster>> {
  const [entity, ...alsoFound] = await locate(reader, terms.readings);
  if (entity === undefined) return notFound(terms.readings);
  const [offset, previous] = (terms.after ?? [0, '']) as [number, string];
  const wanted = offset + terms.limit;
  const { relations } = terms.bounds;
  const ahead = new StepsAhead(reader, { ...terms, relations }, { from: offset, to: wanted });
  const walked = async () => {
    const reached = ahead.reached.bind(ahead);
    const { members, boundedBy } = await walk(reader, entity.id, wanted, terms.bounds, terms.validity, { reached });
    ahead.reached(members);
    ahead.end();
    // The walk of the page before ended elsewhere: rights have changed meanwhile, and going on would skip or repeat.
    if (offset > 0 && boundedBy !== 'time' && members[offset - 1]?.id !== previous) throw notValid();
    const shown = members.slice(offset, wanted);
    // Of the seed, and of those on pages before that led to members of this one: no step says whether they have any.
    const cases = await casesOf(reader, offset === 0 ? [entity.id] : leadsOf(shown), terms);
    return { members, boundedBy, shown, cases };
  };
  const [{ members, boundedBy, shown, cases }, steps] = await Promise.all([walked(), ahead.gathered()]);
  const noted = led(shown).flatMap(({ id }) => (steps.get(id)?.noted === false ? [] : [id]));
  const [casesOfNoted, parted] = await Promise.all([
    casesOf(reader, noted, terms),
    partedOf(reader, noted, members.slice(0, wanted)),
  ]);
  const more = members.length > wanted;
  return {
    ids: [...new Set([entity.id, ...alsoFound.map(({ id }) => id), ...shown.map(({ id }) => id)])],
    positions: [...[...steps.values()].flatMap(({ links }) => links.flatMap(shownOf)), ...parted].map(({ pos }) => pos),
    truncated: more || boundedBy !== undefined,
    ...(more ? { after: [wanted, shown.at(-1)!.id] } : {}),
    finish: (sources) =>
      answer(
        { entity, alsoFound, shown, steps, cases: new Cases([...cases, ...casesOfNoted]), parted, boundedBy },
        sources,
      ),
  };
}

async function casesOf(reader: Reader, members: string[], { validity }: ClusterTerms): Promise<CasesRow[]> {
  return members.length === 0 ? [] : await reader.rows(CASES, { members, ...validity });
}

function shownOf(rows: readonly SaidRow[]): SaidRow[] {
  return rows.slice(0, STATEMENTS_OF_A_LINK);
}

/** A parting between two of them is one of either: it is enough to begin at those that have any. */
async function partedOf(reader: Reader, noted: string[], members: readonly Reached[]): Promise<StatementRow[]> {
  if (noted.length === 0) return [];
  return await reader.rows(PARTED, { page: noted, members: members.map(({ id }) => id), limit: CONFLICTS });
}

interface Gathered {
  entity: Entity;
  alsoFound: Entity[];
  shown: Reached[];
  steps: ReadonlyMap<string, Step>;
  cases: Cases;
  parted: StatementRow[];
  boundedBy: Walk['boundedBy'];
}

function answer(gathered: Gathered, sources: Sources): Cluster {
  const { entity, alsoFound, shown, parted, boundedBy } = gathered;
  const origins = new OriginNumbers();
  return {
    found: true,
    entity,
    alsoFound,
    members: shown.map((reached) => member(reached, gathered, sources, origins)),
    conflicts: parted.map((row) => {
      const [one, other] = [row.here, row.other].sort(byText) as [string, string];
      return { one, other, statement: viewOf(row, sources, origins) };
    }),
    ...(boundedBy === undefined ? {} : { boundedBy }),
  };
}

function member(
  { id, distance, hub, through }: Reached,
  { entity: seed, steps, cases }: Gathered,
  sources: Sources,
  origins: OriginNumbers,
): Member {
  const step = steps.get(id);
  const known = cases.of(id);
  const ofCases = known === undefined ? {} : { cases: known };
  if (step === undefined || through === undefined) return { entity: seed, distance, hub, ...ofCases };
  return {
    entity: step.entity,
    distance,
    hub,
    through,
    links: step.links.map((rows) => ({
      relation: rows[0]!.relation,
      direction: rows[0]!.outgoing ? 'incoming' : 'outgoing',
      corroboration: corroborationOf(rows),
      statements: shownOf(rows).map((row) => viewOf(row, sources, origins)),
      ...cameBack(rows, { id, through }, cases),
    })),
    ...ofCases,
  };
}

/** Rows are seen from the member that led here: outgoing, it is that one which came back. */
function cameBack(
  rows: readonly SaidRow[],
  { id, through }: { id: string; through: string },
  cases: Cases,
): Pick<ChainLink, 'secondsAfterRemoval'> {
  const [{ relation, outgoing }] = rows as [SaidRow];
  if (relation !== 'SUCCESSOR_OF') return {};
  const seen = rows.flatMap(({ from }) => from ?? []);
  const seconds = cases.secondsBack(outgoing ? id : through, seen.length === 0 ? undefined : Math.min(...seen));
  return seconds === undefined ? {} : { secondsAfterRemoval: seconds };
}

export const CLUSTER: Question<ClusterTerms, Cluster> = {
  name: 'cluster',
  fetches: [PRESENT, HELD, EVIDENCE, CASES, PARTED],
  draw,
};
