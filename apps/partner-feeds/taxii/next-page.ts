import { Problem, SealedPlaces } from '#runtime';

/** Digits of microseconds since 1970, until the year 5138. */
const LONGEST = 17;

/** Where the next page of a collection begins: sealed, and for the same collection, organisation and filters only. */
export class NextPages {
  private readonly places: SealedPlaces;

  /** @param secret the installation's cursor secret */
  constructor(secret: Buffer) {
    this.places = new SealedPlaces(secret, 'taxii-next', LONGEST);
  }

  /** @param place the last object of a page, by when it was added, in microseconds since 1970 */
  seal(bound: object, place: number): string {
    return this.places.seal(bound, place);
  }

  /** @throws {@link Problem} `taxii.next`, one and the same for every way in which it can be wrong */
  open(bound: object, sealed: string): number {
    const place = this.places.open(bound, sealed) as number | undefined;
    if (place === undefined)
      throw new Problem(
        'InvalidInput',
        'taxii.next',
        'This next cannot be used here. Ask without it, with added_after.',
      );
    return place;
  }
}
