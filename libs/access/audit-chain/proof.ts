import { openCheckpoint, type OpenedCheckpoint } from './checkpoint.js';
import { leafOf, linkOf, type SealedEntry } from './entry.js';

/**
 * That one entry stands in the audit, to be checked by anybody, offline and at any later time: the entry, the hash before it, the
 * leaves of the entries after it, and the signed checkpoint that they lead to. Of the other entries it shows hashes only.
 */
export interface AuditProof {
  format: 'breakwater-audit-proof-1';
  entry: SealedEntry;
  place: number;
  /** Hash of the place before. */
  before: string;
  /** Leaves of the places after it, up to the checkpoint. */
  after: readonly string[];
  /** Compact JWS. */
  checkpoint: string;
}

export type ProofVerdict = { holds: true; checkpoint: OpenedCheckpoint } | { holds: false; why: string };

/**
 * Whether a proof holds. `key` is the thumbprint of the signing key as the partner was given it; without it the proof shows only
 * that whoever holds the key in the checkpoint vouches for the entry.
 */
export function checkProof(proof: AuditProof, key?: string): ProofVerdict {
  const no = (why: string): ProofVerdict => ({ holds: false, why });
  if (proof.format !== 'breakwater-audit-proof-1') return no('this is no proof of a form that is known here');
  const checkpoint = openCheckpoint(proof.checkpoint);
  if (checkpoint === undefined) return no('the checkpoint is not signed by the key that it names');
  if (key !== undefined && checkpoint.key !== key)
    return no(`the checkpoint was signed by another key: ${checkpoint.key}`);
  if (checkpoint.place !== proof.place + proof.after.length)
    return no(`the checkpoint stands at place ${checkpoint.place}, and the proof ends at another one`);
  const hash = [leafOf(proof.entry), ...proof.after].reduce(linkOf, proof.before);
  return hash === checkpoint.hash
    ? { holds: true, checkpoint }
    : no('the entry and the hashes do not lead to the hash that was signed');
}
