import type { EntityKind } from '#events';
import type { Flag, Hints } from './index.js';

/** Forms as they occur, each with the reason it is here. Numbers are reserved ones or the library's own examples. */
export interface GoldenForm {
  kind: EntityKind;
  value: string;
  hints?: Hints;
  key: string;
  flags?: Flag[];
  why: string;
}

const GB: Hints = { region: 'GB' };
const on = (platform: string): Hints => ({ platform });

export const GOLDEN_FORMS: readonly GoldenForm[] = [];
