import type { AuditProof, ChainPage } from '#access';
import type { Door } from '#runtime';
import { callApi } from '../log/call-api.js';
import type { EntryPage } from './audit-reader.js';
import type { SubjectGiven } from './subject-ids.js';

const CHAIN_AT_ONCE = 2_000;

/** Reads the audit over HTTP, as an auditor would from anywhere. */
export class AuditClient {
  constructor(
    private readonly caller: Door,
    private readonly purpose: string,
  ) {}

  subject(given: SubjectGiven, page: { after: number; limit: number }): Promise<EntryPage> {
    return callApi<EntryPage>(this.caller, this.purpose, '/v1/audit/subject', { ...given, ...page });
  }

  proof(seq: number): Promise<AuditProof> {
    return callApi<AuditProof>(this.caller, this.purpose, `/v1/audit/entries/${seq}/proof`);
  }

  async newestCheckpoint(): Promise<string | undefined> {
    const path = '/v1/audit/checkpoints?newest=yes';
    return (await callApi<{ checkpoints: string[] }>(this.caller, this.purpose, path)).checkpoints[0];
  }

  /** The chain from its first place to where it ends now. Reading it adds to it; what is added meanwhile is not waited for. */
  async *chain(): AsyncGenerator<ChainPage & { head: number; after: number }> {
    let head = 1;
    for (let after = 0; after < head; after += CHAIN_AT_ONCE) {
      const path = `/v1/audit/chain?after=${after}&limit=${CHAIN_AT_ONCE}`;
      const page = await callApi<ChainPage & { head: number }>(this.caller, this.purpose, path);
      if (after === 0) head = page.head;
      yield { ...page, head, after };
    }
  }
}
