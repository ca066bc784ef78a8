import type { LogWrites } from '#event-log';
import type { AssertionMade, EntityKind, EventDraft } from '#events';

/**
 * Links between a person and a case that came without a category, in a table of their own, written in the transaction of the
 * event (R10). Nothing is written for an assertion without such a link, which is nearly every one.
 */
export interface DueLink {
  assertion: string;
  index: number;
  relation: string;
  /** Public ids of the two ends. */
  subject: string;
  object: string;
  categoriseBy: string;
}

/** Names entities in public, without telling what they are. */
interface Names {
  of(kind: EntityKind, key: string): string;
}

/** The uncategorised person links of an assertion that is being made. */
export function dueLinksOf(draft: EventDraft, names: Names): DueLink[] {
  if (draft.body.type !== 'assertion.made') return [];
  const { subject, statements } = draft.body.data as AssertionMade;
  return statements.flatMap((statement, index) => {
    if (statement.relation === 'STATED' || statement.categoriseBy === undefined) return [];
    const { relation, object, categoriseBy } = statement;
    return {
      assertion: draft.id,
      index,
      relation,
      subject: names.of(subject.kind, subject.key),
      object: names.of(object.kind, object.key),
      categoriseBy,
    };
  });
}

export async function keepDueLinks(write: LogWrites, drafts: readonly EventDraft[], names: Names): Promise<void> {
  const due = drafts.flatMap((draft) =>
    dueLinksOf(draft, names).map((link) => ({ ...link, organisation: draft.actor.organisation })),
  );
  if (due.length === 0) return;
  await write.query(
    `INSERT INTO uncategorised_links (organisation, categorise_by, assertion, index, relation, subject, object)
     SELECT organisation, "categoriseBy", assertion, index, relation, subject, object
     FROM jsonb_to_recordset($1::jsonb) AS due (
       organisation uuid, "categoriseBy" date, assertion uuid, index smallint, relation text, subject text, object text
     )`,
    [JSON.stringify(due)],
  );
}

/** What is withdrawn is said by nobody any more, so there is nothing left to categorise. */
export async function forgetDueLinks(
  write: LogWrites,
  made: { id: string; body: { data: AssertionMade } },
): Promise<void> {
  const hadAny = made.body.data.statements.some((statement) => 'categoriseBy' in statement);
  if (hadAny) await write.query('DELETE FROM uncategorised_links WHERE assertion = $1', [made.id]);
}
