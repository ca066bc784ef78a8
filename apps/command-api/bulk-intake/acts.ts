import type { AuditEntry, AuditedAct, Viewer } from '#access';

/** Acts of a chunk, one audit entry for each purpose and reason, which names every id (R16, R17). */
export class Acts {
  private readonly found = new Map<string, AuditEntry & { ids: string[] }>();

  constructor(
    private readonly call: string,
    private readonly viewer: Viewer,
  ) {}

  add(act: AuditedAct, purpose: string, reason: string | undefined, id?: string): void {
    const name = `${act}\n${purpose}\n${reason ?? ''}`;
    const entry = this.found.get(name) ?? { act, viewer: this.viewer, purpose, ids: [`bulk-${this.call}`], reason };
    if (id !== undefined) entry.ids.push(id);
    this.found.set(name, entry);
  }

  entries(): AuditEntry[] {
    return [...this.found.values()];
  }
}
