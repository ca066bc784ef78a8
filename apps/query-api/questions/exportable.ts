import { packCategory } from '#graph';
import type { WorldStatement } from '../reading/fetch.js';
import type { PartInCases } from './parts-in-cases.js';

/**
 * What may leave the system in a file (R10): victims and witnesses stay out unless the export is made under an authority that
 * is named and recorded. On the screen of an analyst they stand where they are said; in a file they travel to who knows where.
 */
export interface ExportTerms {
  /** Code of the decision under which victims and witnesses are exported too. */
  withVictimsAndWitnesses?: string | undefined;
}

const PROTECTED: readonly number[] = [packCategory('victim'), packCategory('witness')];

/** Categories, packed, whose links an export leaves out. */
export function withheldCategories({ withVictimsAndWitnesses }: ExportTerms): number[] {
  return withVictimsAndWitnesses === undefined ? [...PROTECTED] : [];
}

/** Whether links with these categories make a person a victim or witness and nothing else. */
export function isOnlyProtected(categories: readonly number[], withheld: readonly number[]): boolean {
  return categories.length > 0 && categories.every((category) => withheld.includes(category));
}

/**
 * The statements that an export may hold: no link of a victim or witness, and nothing about a person who is only that in all
 * that is exported, since a name in a file about a case says enough. Whoever is a suspect elsewhere stays, without those links.
 * `known` says what people are by all that the viewer may see.
 */
export function exportable<Said extends Pick<WorldStatement, 'subject' | 'object' | 'cat'>>(
  statements: readonly Said[],
  terms: ExportTerms = {},
  known: ReadonlyMap<string, Pick<PartInCases, 'cats'>> = new Map(),
): Said[] {
  const withheld = withheldCategories(terms);
  const parts = new Map<string, number[]>();
  for (const { subject, object, cat } of statements)
    for (const { id, label } of [subject, object])
      if (cat !== undefined && label === 'Person') parts.set(id, [...(parts.get(id) ?? []), cat]);
  const isKeptOut = ({ id, label }: { id: string; label: string }): boolean =>
    label === 'Person' && isOnlyProtected([...(parts.get(id) ?? []), ...(known.get(id)?.cats ?? [])], withheld);
  return statements.filter(
    ({ subject, object, cat }) =>
      !(cat !== undefined && withheld.includes(cat)) && !isKeptOut(subject) && !isKeptOut(object),
  );
}
