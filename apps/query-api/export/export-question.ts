import type { Viewer } from '#access';
import { ENTITY_LABELS } from '#events';
import { packCategory } from '#graph';
import { exportable, withheldCategories } from '../questions/exportable.js';
import { fileMarkings } from '../questions/file-marking.js';
import { CATEGORIES, partsInCases, SAMES, type PartInCases } from '../questions/parts-in-cases.js';
import type { Question } from '../reading/question.js';
import type { ShownMarking, Sources } from '../reading/statement-view.js';
import type { ExportRow } from './export-rows.js';

/** Another question's answer as a file: its statements as rows, with their markings, without victims and witnesses (R10). */

export interface Exported {
  found: boolean;
  /** Of the file as a whole: the strictest combination of those of its rows (R4). Absent without rows. */
  marking?: string;
  rows: ExportRow[];
  /** Statements that are about victims and witnesses, and not in the file. */
  leftOut: number;
}

export interface ExportTerms {
  viewer: Viewer;
  authority: string | undefined;
}

export function exportOf<Terms, Answer extends { found: boolean }>(
  question: Question<Terms, Answer>,
  rowsOf: (answer: Answer) => ExportRow[],
): Question<{ asked: Terms } & ExportTerms, Exported> {
  return {
    name: question.name,
    fetches: [...question.fetches, CATEGORIES, SAMES],
    draw: async (reader, { asked, viewer, authority }) => {
      // One file, from its beginning: what does not fit into it is said to be missing, and there is no next one.
      const { after: _, ...drawn } = await question.draw(reader, asked);
      const withheld = withheldCategories({ withVictimsAndWitnesses: authority });
      const known = await partsInCases(reader, withheld.length === 0 ? [] : drawn.ids);
      return {
        ...drawn,
        finish: (sources) => {
          const markings = new Map<string, Set<ShownMarking>>();
          const { found, ...answer } = drawn.finish(noting(sources, markings));
          const all = rowsOf({ found, ...answer } as unknown as Answer);
          const rows = withoutProtected(all, known, authority);
          const used = rows.flatMap(({ statement }) => [...(markings.get(statement.marking ?? '') ?? [])]);
          return {
            found,
            ...(used.length === 0 ? {} : { marking: fileMarkings(viewer)(used) }),
            rows,
            leftOut: all.length - rows.length,
          };
        },
      };
    },
  };
}

/** Keeps the markings that an answer shows, by their displayed forms: those of several originators may look alike. */
function noting(sources: Sources, markings: Map<string, Set<ShownMarking>>): Sources {
  const { marking } = sources;
  if (marking === undefined) return sources;
  return {
    ...sources,
    marking: (position) => {
      const shown = marking(position);
      markings.set(shown.shown, (markings.get(shown.shown) ?? new Set()).add(shown));
      return shown;
    },
  };
}

function withoutProtected(
  rows: readonly ExportRow[],
  known: ReadonlyMap<string, PartInCases>,
  authority: string | undefined,
): ExportRow[] {
  const labelled = ({ id, key, kind }: ExportRow['subject']) => ({ id, key, label: ENTITY_LABELS[kind] });
  const said = rows.map((row) => ({
    row,
    subject: labelled(row.subject),
    object: labelled(row.object ?? row.subject),
    ...(row.statement.category === undefined ? {} : { cat: packCategory(row.statement.category) }),
  }));
  return exportable(said, { withVictimsAndWitnesses: authority }, known).map(({ row }) => row);
}
