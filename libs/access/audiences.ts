import type { Marking } from '#events';
import { maySee } from './may-see.js';
import { rightsOf, type Viewer } from './viewer.js';

export interface MarkingSource {
  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]>;
}

interface Rights {
  /** How many of the known markings have been decided. */
  decided: number;
  allowed: number[];
}

/** Most viewers' rights kept; what is not kept is worked out anew in about a millisecond per thousand markings. */
const MAX_RIGHTS = 500;

/**
 * Which audiences a viewer may see: the policy worked out once for each marking there is, and only for new ones after that.
 * What is known is compared with the table at each call that is not about an earlier moment (count and checksum, an index-only
 * scan), and a viewer whose rights change has another key. To have missed a marking never shows anything: it only withholds.
 */
export class Audiences {
  private known: { audience: number; marking: Marking }[] = [];
  private seen = new Set<number>();
  private checksum = 0n;
  private rights = new Map<string, Rights>();
  private loading: Promise<number> | undefined;
  /** When the comparison began that last found nothing new. */
  private comparedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly source: MarkingSource) {}

  /**
   * Audiences of all markings in the log that this viewer may see, as of now; or, where the caller asks about what it knew at a
   * moment of `performance.now()`, as of then or later: the comparison counts all markings, and many questions may share it.
   */
  async allowedAudiences(viewer: Viewer, since = Number.POSITIVE_INFINITY): Promise<number[]> {
    if (this.comparedAt < since) await this.refresh();
    const key = rightsOf(viewer);
    const rights = this.rights.get(key) ?? { decided: 0, allowed: [] };
    for (const { audience, marking } of this.known.slice(rights.decided))
      if (maySee(viewer, marking).see) rights.allowed.push(audience);
    rights.decided = this.known.length;
    this.keep(key, rights);
    return [...rights.allowed];
  }

  private async refresh(): Promise<void> {
    for (;;) {
      const at = performance.now();
      if ((await this.stateThere()) === `${this.known.length} ${this.checksum}`) {
        this.comparedAt = Math.max(this.comparedAt, at);
        return;
      }
      // Questions that arrive together share one look; one that began too early shows in the next comparison.
      this.loading ??= this.load().finally(() => {
        this.loading = undefined;
      });
      // Rows are only ever added. Different and yet nothing to add: another copy of the database has been put in its place.
      if ((await this.loading) === 0) this.forget();
    }
  }

  private async stateThere(): Promise<string> {
    const [row] = await this.source.query<{ state: string }>(
      `SELECT count(*) || ' ' || coalesce(bit_xor(audience), 0) AS state FROM markings`,
      [],
    );
    return row?.state ?? '';
  }

  private async load(): Promise<number> {
    const rows = await this.source.query<{ audience: string; marking: Marking }>(
      'SELECT audience, marking FROM markings WHERE audience <> ALL ($1::bigint[])',
      [[...this.seen]],
    );
    for (const row of rows) {
      const audience = Number(row.audience);
      if (this.seen.has(audience)) continue;
      this.seen.add(audience);
      this.checksum ^= BigInt(audience);
      this.known.push({ audience, marking: row.marking });
    }
    return rows.length;
  }

  private forget(): void {
    this.known = [];
    this.seen = new Set();
    this.checksum = 0n;
    this.rights = new Map();
  }

  /** The least recently used leaves first: a Map keeps the order of insertion. */
  private keep(key: string, rights: Rights): void {
    this.rights.delete(key);
    this.rights.set(key, rights);
    const oldest = this.rights.keys().next();
    if (this.rights.size > MAX_RIGHTS && oldest.done !== true) this.rights.delete(oldest.value);
  }
}
