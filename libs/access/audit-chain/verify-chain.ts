import { openCheckpoint, type OpenedCheckpoint } from './checkpoint.js';
import { BEFORE_FIRST, leafOf, linkOf, type SealedEntry } from './entry.js';

/**
 * Goes through the chain from its first place, page by page, and holds it against every signed checkpoint on the way and against
 * the ones that somebody kept elsewhere. A checkpoint kept elsewhere is the only thing that shows a chain made anew from some
 * place on, or cut off, by somebody who has the database and even the signing key.
 */

/** One place as the database has it now. Entries that are not for the reader's eyes come as their leaf. */
export interface ChainLink {
  place: number;
  hash: string;
  /** Absent, with `leaf`, where the row that the place stands for is not there any more. */
  entry?: SealedEntry;
  leaf?: string;
}

export interface ChainPage {
  links: readonly ChainLink[];
  /** Signed checkpoints that the database keeps of the places of this page. */
  checkpoints: readonly string[];
  /** Numbers of rows that lie between those of this page and have no place: put in later, past the chain. */
  strays: readonly number[];
}

export interface ChainFault {
  /** First place at which it shows. */
  place: number;
  code:
    | 'place.missing'
    | 'entry.missing'
    | 'entry.changed'
    | 'entry.added'
    | 'checkpoint.forged'
    | 'checkpoint.other-key'
    | 'checkpoint.contradicts'
    | 'checkpoint.goes-back'
    | 'witness.contradicts'
    | 'witness.beyond-end';
  text: string;
}

export interface VerifierOptions {
  /** Checkpoints that were kept elsewhere. */
  witnesses?: readonly OpenedCheckpoint[];
  /** Thumbprints of keys that may have signed. Where none is named: those of the witnesses; without witnesses, any one key. */
  keys?: readonly string[];
}

export class ChainVerifier {
  /** The first thing that is not right. */
  fault: ChainFault | undefined;
  place = 0;
  hash = BEFORE_FIRST;
  checkpoints = 0;
  /** Last place that a checkpoint, here or elsewhere, vouches for. */
  vouchedFor = 0;
  private readonly witnesses: Map<number, OpenedCheckpoint[]>;
  private readonly keys: Set<string>;
  private before: OpenedCheckpoint | undefined;

  constructor({ witnesses = [], keys = [] }: VerifierOptions = {}) {
    this.witnesses = grouped(witnesses);
    this.keys = new Set([...keys, ...witnesses.map(({ key }) => key)]);
  }

  /** Returns whether to go on: false once something is wrong. */
  take({ links, checkpoints, strays }: ChainPage): boolean {
    const signed = this.opened(checkpoints);
    for (const link of links) {
      if (this.fault !== undefined) return false;
      this.step(link);
      if (this.fault !== undefined) return false;
      for (const checkpoint of signed.get(this.place) ?? []) this.holdAgainst(checkpoint, 'checkpoint.contradicts');
      for (const witness of this.witnesses.get(this.place) ?? []) this.holdAgainst(witness, 'witness.contradicts');
    }
    const [stray] = strays;
    if (stray !== undefined)
      this.wrong(
        this.place,
        'entry.added',
        `entry ${stray} was put in later: it stands between sealed ones without a place`,
      );
    return this.fault === undefined;
  }

  /** To be called after the last page. */
  end(): ChainFault | undefined {
    for (const [place, [witness]] of this.witnesses)
      if (place > this.place)
        this.wrong(
          this.place + 1,
          'witness.beyond-end',
          `the chain ends at place ${this.place}, and a checkpoint of ${witness?.time} was kept of place ${place}: ` +
            `${place - this.place} places were cut off, or an older copy of the database was put back`,
        );
    return this.fault;
  }

  private step({ place, hash, entry, leaf }: ChainLink): void {
    const expected = this.place + 1;
    if (place !== expected) return this.wrong(expected, 'place.missing', `place ${expected} is not there`);
    const its = entry === undefined ? leaf : leafOf(entry);
    if (its === undefined) return this.wrong(place, 'entry.missing', `the entry of place ${place} is not there`);
    if (linkOf(this.hash, its) !== hash)
      return this.wrong(place, 'entry.changed', `what stands at place ${place} is not what was sealed there`);
    this.place = place;
    this.hash = hash;
  }

  private opened(checkpoints: readonly string[]): Map<number, OpenedCheckpoint[]> {
    const opened: OpenedCheckpoint[] = [];
    for (const jws of checkpoints) {
      const checkpoint = openCheckpoint(jws);
      if (checkpoint === undefined)
        this.wrong(this.place + 1, 'checkpoint.forged', 'a checkpoint is not signed by the key that it names');
      else opened.push(checkpoint);
    }
    return grouped(opened);
  }

  private holdAgainst(checkpoint: OpenedCheckpoint, code: 'checkpoint.contradicts' | 'witness.contradicts'): void {
    const { place, time, key, incarnation } = checkpoint;
    if (checkpoint.hash !== this.hash)
      return this.wrong(
        place,
        code,
        `the checkpoint of ${time} vouches for another history up to place ${place} than the one that is there`,
      );
    this.vouchedFor = place;
    if (code === 'witness.contradicts') return;
    if (this.keys.size === 0) this.keys.add(key);
    if (!this.keys.has(key))
      return this.wrong(
        place,
        'checkpoint.other-key',
        `the checkpoint of place ${place} was signed by another key: ${key}`,
      );
    if (this.before !== undefined && (time < this.before.time || incarnation < this.before.incarnation))
      return this.wrong(
        place,
        'checkpoint.goes-back',
        `the checkpoint of place ${place} is older than the one before it`,
      );
    this.before = checkpoint;
    this.checkpoints += 1;
  }

  private wrong(place: number, code: ChainFault['code'], text: string): void {
    this.fault ??= { place, code, text };
  }
}

function grouped(checkpoints: readonly OpenedCheckpoint[]): Map<number, OpenedCheckpoint[]> {
  const groups = new Map<number, OpenedCheckpoint[]>();
  for (const checkpoint of checkpoints)
    groups.set(checkpoint.place, [...(groups.get(checkpoint.place) ?? []), checkpoint]);
  return groups;
}
