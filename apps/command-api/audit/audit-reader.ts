import {
  actsBy,
  leafOf,
  readChain,
  readCheckpoints,
  readEntry,
  readMentions,
  readProof,
  recordAct,
  type AuditProof,
  type ChainPage,
  type PlacedEntry,
  type Viewer,
} from '#access';
import type { EventLog } from '#event-log';
import { Problem } from '#runtime';
import type { EntityNames } from '../assertions/entity-names.js';
import { OPERATORS } from '../organisations/organisation.js';
import { subjectIds, type SubjectGiven } from './subject-ids.js';

/** Who reads, and for what. */
export interface Reader {
  viewer: Viewer;
  purpose: string;
}

export interface Page {
  /** Place of the last entry already read. */
  after: number;
  limit: number;
}

export interface EntryPage {
  entries: PlacedEntry[];
  truncated: boolean;
}

/**
 * The audit for auditors: each sees the acts of their own organisation, those of the operators see all. Whoever verifies the chain gets
 * the entries of others as hashes. Each reading is itself an act and recorded before its answer leaves.
 */
export class AuditReader {
  constructor(
    private readonly log: EventLog,
    private readonly names: EntityNames,
  ) {}

  /** Sealed entries, oldest first. */
  async entries(reader: Reader, page: Page): Promise<EntryPage> {
    const organisation = scopeOf(reader.viewer);
    const found =
      organisation === null
        ? placed(await readChain(this.log, page.after, page.limit + 1))
        : await this.mentions([actsBy(organisation)], organisation, page);
    return await this.answer(reader, 'audit.entries', found, page);
  }

  /** Who looked at something or changed it, when and why, oldest first. */
  async subject(reader: Reader, given: SubjectGiven, page: Page): Promise<EntryPage> {
    const ids = subjectIds(given, this.names);
    const found = await this.mentions(ids, scopeOf(reader.viewer), page);
    return await this.answer(reader, 'audit.subject', found, page, ids);
  }

  /** @throws `not-found`; `audit.not-signed-yet` (retriable) for a moment after an act */
  async proof(reader: Reader, seq: number): Promise<AuditProof> {
    const found = await readEntry(this.log, seq);
    const organisation = scopeOf(reader.viewer);
    const isTheirs = found !== undefined && (organisation === null || found.entry.organisation === organisation);
    await this.record(reader, 'audit.proof', [`audit-entry-${seq}`]);
    if (!isTheirs) throw new Problem('NotFound', 'not-found', 'there is no such entry that this viewer may see');
    const proof = await readProof(this.log, found);
    if (proof !== undefined) return proof;
    throw new Problem(
      'InProgress',
      'audit.not-signed-yet',
      'The entry has its place, and no checkpoint after it is signed yet: ask again in a few seconds.',
      { retriable: true },
    );
  }

  /** Signed checkpoints, to be kept elsewhere. */
  async checkpoints(
    reader: Reader,
    page: Page & { newest: boolean },
  ): Promise<{ checkpoints: string[]; after: number }> {
    const found = await readCheckpoints(this.log, page);
    await this.record(reader, 'audit.checkpoints', ['audit']);
    return { checkpoints: found.map(({ jws }) => jws), after: found.at(-1)?.place ?? page.after };
  }

  /** A stretch of the chain, to be verified by whoever reads it. */
  async chain(reader: Reader, { after, limit }: Page): Promise<ChainPage & { head: number }> {
    const organisation = scopeOf(reader.viewer);
    const page = await readChain(this.log, after, limit);
    await this.record(reader, 'audit.chain', ['audit']);
    if (organisation === null) return page;
    const links = page.links.map(({ entry, ...link }) => {
      if (entry === undefined) return link;
      return entry.organisation === organisation ? { ...link, entry } : { ...link, leaf: leafOf(entry) };
    });
    return { ...page, links };
  }

  private mentions(ids: readonly string[], organisation: string | null, page: Page): Promise<PlacedEntry[]> {
    return readMentions(this.log, { ids, organisation, after: page.after, limit: page.limit + 1 });
  }

  private async answer(
    reader: Reader,
    reason: string,
    found: readonly PlacedEntry[],
    { limit }: Page,
    asked: readonly string[] = ['audit'],
  ): Promise<EntryPage> {
    await this.record(reader, reason, asked);
    return { entries: found.slice(0, limit), truncated: found.length > limit };
  }

  private record({ viewer, purpose }: Reader, reason: string, ids: readonly string[]): Promise<void> {
    return recordAct(this.log, { act: 'consultation', viewer, purpose, ids, reason });
  }
}

/** Whose entries a reader sees: those of one organisation, or all (null). */
function scopeOf(viewer: Viewer): string | null {
  return viewer.groups.includes(OPERATORS) ? null : viewer.organisation;
}

function placed({ links }: ChainPage): PlacedEntry[] {
  return links.flatMap(({ place, hash, entry }) => (entry === undefined ? [] : [{ place, hash, entry }]));
}
