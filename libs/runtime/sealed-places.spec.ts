import fc from 'fast-check';
import { SealedPlaces } from './sealed-places.js';

const SECRET = Buffer.alloc(32, 1);

describe('a sealed place', () => {
  const places = new SealedPlaces(SECRET, 'a-list', 64);
  const bound = { list: 'referrals', organisation: 'org-1', filters: { theme: 'boat-crossing', after: undefined } };
  const place = [12, 'abc'];
  const text = places.seal(bound, place);

  it('opens for what it was bound to, in whatever order that is written', () => {
    expect(
      places.open({ filters: { theme: 'boat-crossing' }, organisation: 'org-1', list: 'referrals' }, text),
    ).toEqual(place);
  });

  it('opens for nobody and nothing else', () => {
    const altered = Buffer.from(text, 'base64url');
    altered[20]! ^= 1;
    expect(places.open({ ...bound, organisation: 'org-2' }, text)).toBeUndefined();
    expect(places.open({ ...bound, filters: {} }, text)).toBeUndefined();
    expect(places.open(bound, altered.toString('base64url'))).toBeUndefined();
    expect(new SealedPlaces(SECRET, 'another-list', 64).open(bound, text)).toBeUndefined();
    expect(new SealedPlaces(Buffer.alloc(32, 2), 'a-list', 64).open(bound, text)).toBeUndefined();
    for (const wrong of [`${text}AA`, text.slice(0, -4), `${text}=`, '', 'not sealed at all'])
      expect(places.open(bound, wrong)).toBeUndefined();
  });

  it('is as long as every other one, the same for the same place, and another for another', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (one, other) => {
        const sealed = places.seal(bound, [one]);
        expect(sealed).toHaveLength(text.length);
        expect(sealed === places.seal(bound, [other])).toBe(one === other);
      }),
    );
  });

  it('refuses a place that it has no room for, instead of cutting it', () => {
    expect(() => places.seal(bound, ['x'.repeat(64)])).toThrow('longer than its sealed form');
  });
});
