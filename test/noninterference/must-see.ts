/** The mirror of noninterference: what the words of the policy release is in the answers, all of it. */
import type { EntityRef, KnownEvent } from '#events';
import type { Viewer } from '#access';
import { entityId } from '#identifiers';
import { Chance } from '../../bench/workload/chance.js';
import { AskedWorld } from './asking-world.js';
import { anyViewer } from './cast.js';
import { drawHistory, SECRET, type History } from './history.js';
import { anyCommandOrRemoval, statedItem } from './removals-in-worlds.js';
import { wordsAllow } from './words-of-the-policy.js';

const COMMANDS = 28;
const VIEWERS_OF_A_WORLD = 5;

/** A statement as both sides name it: assertion, place, and the entity whose card it stands on. */
type Place = string;

export interface Withheld {
  world: number;
  viewer: Viewer;
  /** Released and not shown. */
  missing: Place[];
  /** Shown and not released. */
  tooMuch: Place[];
}

interface Card {
  claims?: { other?: { id: string }; statements: { assertion: string; index: number }[] }[];
}

export async function compareWithWords(worlds: number, seed: number): Promise<{ shown: number; faults: Withheld[] }> {
  const faults: Withheld[] = [];
  let shown = 0;
  for (let world = seed; world < seed + worlds; world += 1) {
    const chance = new Chance(world * 7_907);
    const history = drawHistory(chance, world, COMMANDS, anyCommandOrRemoval);
    const asked = new AskedWorld(history);
    for (let each = 0; each < VIEWERS_OF_A_WORLD; each += 1) {
      const viewer = anyViewer(chance);
      const released = releasedTo(viewer, history);
      const told = await toldTo(viewer, asked, [...new Set(namedIn(history))]);
      const missing = [...released].filter((place) => !told.has(place));
      const tooMuch = [...told].filter((place) => !released.has(place));
      if (missing.length + tooMuch.length > 0) faults.push({ world, viewer, missing, tooMuch });
      shown += told.size;
    }
  }
  return { shown, faults };
}

/** Statements that stand and that the words release: by the marking of the newest event of their stream. */
function releasedTo(viewer: Viewer, history: History): Set<Place> {
  const released = new Set<Place>();
  for (const event of history) {
    const ofStream = history.filter(({ stream }) => stream === event.stream);
    if (!wordsAllow(viewer, ofStream.at(-1)!.marking)) continue;
    if (event.body.type === 'removal.reported') {
      const item = statedItem(ofStream);
      if (item !== undefined) released.add(placeOf(event, 0, item));
    }
    if (event.body.type !== 'assertion.made') continue;
    const gone = new Set(
      ofStream.flatMap(({ body }) =>
        body.type === 'assertion.withdrawn' ? body.data.statements.map(({ index }) => index) : [],
      ),
    );
    const { subject, statements } = event.body.data;
    statements.forEach((statement, index) => {
      if (gone.has(index)) return;
      const ends = [subject, ...(statement.relation === 'STATED' ? [] : [statement.object])];
      for (const end of ends) released.add(placeOf(event, index, end));
    });
  }
  return released;
}

function placeOf({ stream }: KnownEvent, index: number, { kind, key }: EntityRef): Place {
  return `${stream.slice(stream.indexOf('-') + 1)}/${index}@${entityId(SECRET, kind, key)}`;
}

async function toldTo(viewer: Viewer, asked: AskedWorld, ids: readonly string[]): Promise<Set<Place>> {
  const told = new Set<Place>();
  for (const id of ids) {
    const question = { question: 'entity-card', body: { seed: { id }, limit: 2_000 } } as const;
    const [card] = JSON.parse(await asked.observed(viewer, question, (position) => position)) as [Card];
    for (const { statements } of card.claims ?? [])
      for (const { assertion, index } of statements) told.add(`${assertion}/${index}@${id}`);
  }
  return told;
}

/** Ids of all that is named anywhere. */
export function namedIn(history: readonly KnownEvent[]): string[] {
  return history.flatMap(({ body }) => {
    if (body.type === 'removal.reported') {
      const { kind, key } = body.data.item.location;
      return [entityId(SECRET, kind, key)];
    }
    if (body.type !== 'assertion.made') return [];
    const { subject, statements } = body.data;
    const objects = statements.flatMap((one) => (one.relation === 'STATED' ? [] : [one.object]));
    return [subject, ...objects].map(({ kind, key }) => entityId(SECRET, kind, key));
  });
}
