/** R4 over whole histories: whoever sees what was derived sees what it rests on, as both are marked now. */
import type { Viewer } from '#access';
import { Chance } from '../../bench/workload/chance.js';
import { anyViewer } from './cast.js';
import { drawHistory, markingsInForce } from './history.js';
import { wordsAllow } from './words-of-the-policy.js';

const COMMANDS = 60;
const VIEWERS_OF_A_WORLD = 12;

export interface Wider {
  world: number;
  viewer: Viewer;
  derived: string;
  basis: string;
}

/** How many (derived, basis, viewer) were looked at, and those who see the first and not the second. */
export function whoSeesTooMuch(worlds: number, seed: number): { cases: number; wider: Wider[] } {
  const wider: Wider[] = [];
  let cases = 0;
  for (let world = seed; world < seed + worlds; world += 1) {
    const chance = new Chance(world * 7_901);
    const history = drawHistory(chance, world, COMMANDS);
    const inForce = markingsInForce(history);
    const viewers = Array.from({ length: VIEWERS_OF_A_WORLD }, () => anyViewer(chance));
    const derived = history.filter(({ body, basis }) => body.type === 'assertion.made' && basis.length > 0);
    for (const { id, source, basis } of derived)
      for (const viewer of viewers) {
        // What an organisation has derived stays its own.
        if (viewer.organisation === source || !wordsAllow(viewer, inForce.get(id)!)) continue;
        cases += 1;
        const hidden = basis.find((each) => !wordsAllow(viewer, inForce.get(each)!));
        if (hidden !== undefined) wider.push({ world, viewer, derived: id, basis: hidden });
      }
  }
  return { cases, wider };
}
