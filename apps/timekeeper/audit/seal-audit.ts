import { newestCheckpoint, openCheckpoint, recordCheckpoint, sealAudit, signCheckpoint, type AuditKey } from '#access';
import type { Duty, DutyParts, DutyResult } from '../duty.js';
import type { AuditSettings } from './audit-settings.js';

/** An entry gets its place within a second of its turn. */
const SEAL_EVERY_MS = 200;
/** A round is one transaction, and a long one would hold everybody's relay back. */
const AT_MOST = 500;

export interface SealParts extends DutyParts {
  key: AuditKey;
  settings: Readonly<AuditSettings>;
  clock?: () => Date;
}

interface Head {
  head: number;
  hash: string;
}

/**
 * The sealer: gives entries of the audit their place in the chain and signs checkpoints of it. What it remembers between two rounds
 * serves to notice that the database has become another one; what counts is in the database.
 */
export class SealAudit implements Duty {
  readonly name = 'audit-seal';
  readonly everyMs = SEAL_EVERY_MS;
  private last: Head | undefined;
  private signed: { place: number; at: number } | undefined;

  constructor(private readonly parts: SealParts) {}

  async run(): Promise<DutyResult> {
    const { log, lease } = this.parts;
    const { sealed, head, hash } = await sealAudit(log, lease, AT_MOST);
    this.compare({ head, hash });
    this.signed ??= await this.lastSigned();
    await this.signWhenDue({ head, hash }, this.signed);
    return sealed === AT_MOST ? 'more' : undefined;
  }

  /** The newest checkpoint must be ours, and the chain must still be what it vouches for. */
  private async lastSigned(): Promise<{ place: number; at: number }> {
    const { log, key, alarm } = this.parts;
    const newest = await newestCheckpoint(log);
    if (newest === undefined) return { place: 0, at: 0 };
    const opened = openCheckpoint(newest.jws);
    if (opened === undefined || opened.place !== newest.place || opened.hash !== newest.hash)
      alarm(
        'audit-chain-broken',
        { place: newest.place },
        'the audit is not what its newest checkpoint vouches for: verify it from a checkpoint that was kept elsewhere',
      );
    else if (opened.key !== key.id)
      alarm(
        'audit-key-changed',
        { before: opened.key, now: key.id },
        'checkpoints are signed with another key from here on',
      );
    return { place: newest.place, at: opened === undefined ? 0 : Date.parse(opened.time) };
  }

  private compare({ head, hash }: Head): void {
    const { last } = this;
    if (last !== undefined && (head < last.head || (head === last.head && hash !== last.hash))) {
      this.parts.alarm(
        'audit-other-history',
        { head, before: last.head },
        'the audit is shorter than it was, or another one: an older copy of the database was put back',
      );
      this.signed = undefined;
    }
    this.last = { head, hash };
  }

  private async signWhenDue({ head, hash }: Head, signed: { place: number; at: number }): Promise<void> {
    const { log, lease, key, settings, clock = () => new Date() } = this.parts;
    const now = clock();
    const due =
      head - signed.place >= settings.checkpointEntries ||
      now.getTime() - signed.at >= settings.checkpointSeconds * 1000;
    if (head <= signed.place || !due) return;
    const incarnation = await log.incarnation();
    const jws = signCheckpoint(key, { place: head, hash, time: now.toISOString(), incarnation });
    await recordCheckpoint(log, lease, { place: head, hash, jws });
    this.signed = { place: head, at: now.getTime() };
  }
}
