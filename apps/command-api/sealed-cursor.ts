import { Refusal } from '#events';
import type { Viewer } from '#access';
import { SealedPlaces } from '#runtime';

/** The list that a cursor belongs to, and what was asked of it; a page may have another size than the one before. */
export interface CursorBinding {
  list: string;
  viewer: Pick<Viewer, 'organisation' | 'subject'>;
  /** Filters of the list, without `limit` and `after`. */
  filters: unknown;
}

/** Holds the longest place that any list keeps. */
const LONGEST = 192;

/** Where the next page of a list begins: sealed, and for the same caller, list and filters only. */
export class SealedCursors {
  private readonly places: SealedPlaces;

  /** @param secret the installation's id secret in base64 */
  constructor(secret: string) {
    this.places = new SealedPlaces(Buffer.from(secret, 'base64'), 'list-cursor', LONGEST);
  }

  seal(bound: CursorBinding, place: readonly (string | number)[]): string {
    return this.places.seal(bindingOf(bound), place);
  }

  /** @throws {@link Refusal} `cursor.not-valid` for whatever is not a cursor of this caller's list */
  open(bound: CursorBinding, sealed: string): (string | number)[] {
    const place = this.places.open(bindingOf(bound), sealed) as (string | number)[] | undefined;
    if (place === undefined) throw notValid();
    return place;
  }
}

function notValid(): Refusal {
  const detail = 'This cursor cannot be used. Ask for the list again without it.';
  return new Refusal('InvalidInput', 'cursor.not-valid', detail, [
    { pointer: '/after', code: 'cursor.not-valid', detail },
  ]);
}

function bindingOf({ list, viewer, filters }: CursorBinding): unknown[] {
  return [list, viewer.organisation, viewer.subject, filters];
}
