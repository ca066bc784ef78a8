import { DATA_SUBJECT_CATEGORIES, type DataSubjectCategory } from '#events';

/** A category as a relationship carries it: its place in the list, from 1, since absent means that the link has none. */
export function packCategory(category: DataSubjectCategory): number {
  return DATA_SUBJECT_CATEGORIES.indexOf(category) + 1;
}

/** What `packCategory` packed. */
export function unpackCategory(packed: number): DataSubjectCategory {
  const category = DATA_SUBJECT_CATEGORIES[packed - 1];
  if (category === undefined)
    throw new RangeError(`${packed} is no packed category: the graph was written by another version`);
  return category;
}
