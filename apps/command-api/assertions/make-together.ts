import { Injectable } from '@nestjs/common';
import type { LogReads } from '#event-log';
import type { EventDraft } from '#events';
import { newId } from '#runtime';
import type { Decided } from '../idempotency/once.js';
import { AssertionRules } from './assertion-rules.js';
import type { Assertor } from './assertor.js';
import { basisOf } from './basis.js';
import { decideTogether, type Wanted } from './decide-together.js';
import { EntityNames } from './entity-names.js';
import { auditOf, keepMade, newStream } from './made-together.js';

/** What a decision comes to in the log; its answer is the caller's matter. */
export interface MadeTogether extends Required<Omit<Decided, 'answer'>> {
  drafts: EventDraft[];
}

/** Makes the assertions of one decision in one append, with all that is kept beside an assertion. */
@Injectable()
export class MakeTogether {
  constructor(
    private readonly names: EntityNames,
    private readonly rules: AssertionRules,
  ) {}

  /** @throws {@link Refusal} */
  async prepare(read: LogReads, by: Assertor, purpose: string, wanted: readonly Wanted[]): Promise<MadeTogether> {
    const basis = await basisOf(
      read,
      wanted.flatMap(({ given }) => given.basis ?? []),
    );
    const drafts = decideTogether(wanted, {
      by,
      now: new Date(),
      newId,
      keyOf: (kind, key) => this.names.of(kind, key),
      restsOn: basis.markings,
      ...this.rules,
    });
    return {
      drafts,
      append: drafts.map(newStream),
      audit: auditOf(drafts, purpose, by.viewer),
      alsoWrite: (write) => keepMade(write, drafts, basis, this.names),
    };
  }
}
