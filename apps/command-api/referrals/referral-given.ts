import type { Evidence, Grading, Ground, ItemKind, Paperwork, Theme, Urgency } from '#events';
import type { MarkingGiven } from '../assertions/given.js';

/** An item as a caller gives it: its location as found, whose canonical form is ours to find. */
export interface ItemGiven {
  kind: ItemKind;
  location: string;
  /** Name of the platform, where the location is no link. */
  platform?: string;
  evidence?: Evidence[];
  successorOf?: { referral: string; item: number };
}

export interface ContentGiven {
  platform: string;
  instrument: string;
  ground: Ground;
  theme: Theme;
  urgency: Urgency;
  language?: string;
  territory?: string[];
  explanation: string;
  reference?: string;
  paperwork?: Paperwork;
  successorOf?: string;
  items: ItemGiven[];
  basis?: string[];
  grading?: Grading;
  purpose: string;
}

export interface DraftGiven extends ContentGiven {
  marking: MarkingGiven;
}
