import type { Cluster } from '../questions/cluster.js';
import type { Claim, EntityCard } from '../questions/entity-card.js';
import type { Timeline } from '../questions/timeline.js';
import type { NetworkCard } from '../networks/network-answer.js';
import type { Asked } from '../reading/asking.js';

/**
 * Pages of an answer as one, to be read by people. Not for programs: origins are numbered anew on each page, so the same number on
 * two of them is not the same origin.
 */

type Pages<Answer> = readonly [Asked & Answer, ...(Asked & Answer)[]];

/** By question; those that are missing here are read page by page. */
export const WHOLE: Record<string, (pages: Pages<object>) => Asked> = {
  'entity-card': (pages) => wholeCard(pages as Pages<EntityCard>),
  timeline: (pages) => wholeTimeline(pages as Pages<Timeline>),
  cluster: (pages) => wholeCluster(pages as Pages<Cluster>),
  'network-card': (pages) => wholeNetwork(pages as Pages<NetworkCard>),
};

/** What is claimed on several pages stands where it came first. */
function wholeCard(pages: Pages<EntityCard>): Asked & EntityCard {
  const byClaim = new Map<string, Claim>();
  for (const claim of all(pages, ({ claims }) => claims)) {
    const { relation, direction, other, property, value, unit, statements } = claim;
    const key = JSON.stringify([relation, direction, other?.id, property, value, unit]);
    const before = byClaim.get(key);
    if (before === undefined) byClaim.set(key, { ...claim, statements: [...statements] });
    else before.statements.push(...statements);
  }
  return { ...ended(pages), claims: [...byClaim.values()] };
}

function wholeTimeline(pages: Pages<Timeline>): Asked & Timeline {
  return { ...ended(pages), entries: all(pages, ({ entries }) => entries) };
}

function wholeCluster(pages: Pages<Cluster>): Asked & Cluster {
  const { boundedBy } = pages.at(-1)!;
  return {
    ...ended(pages),
    members: all(pages, ({ members }) => members),
    conflicts: all(pages, ({ conflicts }) => conflicts),
    ...(boundedBy === undefined ? {} : { boundedBy }),
  };
}

function wholeNetwork(pages: Pages<NetworkCard>): Asked & NetworkCard {
  return { ...ended(pages), members: all(pages, ({ members }) => members) };
}

function all<Answer, Row>(pages: Pages<Answer>, rows: (page: Answer) => readonly Row[] | undefined): Row[] {
  return pages.flatMap((page) => rows(page) ?? []);
}

/** What the first page says of the whole, and the last one of its end. */
function ended<Answer>(pages: Pages<Answer>): Asked & Answer {
  const { continuation: _, ...first } = pages[0];
  return { ...(first as Asked & Answer), truncated: pages.at(-1)!.truncated };
}
