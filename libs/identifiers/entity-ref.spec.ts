import fc from 'fast-check';
import type { EntityRef } from '#events';
import { entityRef, REFUSED_FLAGS, reKeyed } from './index.js';
import { GOLDEN_FORMS, hints, kinds, tricky } from './forms.fixture.js';

const COASTAL = '01890000-0000-7000-8000-000000000001';
const named = (kind: EntityRef['kind'], key: string, more: Partial<EntityRef> = {}): EntityRef => ({
  ...{ kind, key, ...more },
});
const keyNow = (kind: EntityRef['kind'], key: string, more: Partial<EntityRef> = {}): string | undefined =>
  reKeyed(named(kind, key, more), COASTAL)?.key;

describe('an entity named under the rules of another time', () => {
  it('has the key that the rules read its key as, and keeps what was written', () => {
    const raw = { raw: '07400 123456', region: 'GB' };
    expect(reKeyed(named('account', 'whatsapp:447400123456', raw), COASTAL)).toEqual(
      named('account', 'whatsapp:+447400123456', raw),
    );
    expect(keyNow('phone-number', '+44 7400 123456')).toBe('+447400123456');
    expect(reKeyed(named('handle', 'telegram:@Tern'), COASTAL)).toEqual(
      named('handle', 'telegram:tern', { raw: 'telegram:@Tern' }),
    );
  });

  it('is joined with nobody where a rule tells apart what had one key, whatever was written', () => {
    const under2: [EntityRef['kind'], string, string][] = [
      ['handle', 'instagram:_u', 'https://instagram.com/_u/safe.way'],
      ['group', 'instagram:channel', 'https://www.instagram.com/channel/AbYx-12_Zz/'],
      ['group', 'telegram:123456', '-100123456'],
      ['account', 'viber:abcdefghijklmnopqrstuq==', 'aBcDefghijklmnopqrstuQ=='],
      ['handle', 'facebook:people', 'https://www.facebook.com/people/safe-way/'],
    ];
    for (const [kind, key, raw] of under2) expect([key, keyNow(kind, key, { raw })]).toEqual([key, undefined]);
  });

  it('never becomes a number of another country, where the region it was read in is not known any more', () => {
    for (const [key, raw] of [
      ['whatsapp:+447400123456', '7400123456'],
      ['whatsapp:+12125550123', '2125550123'],
    ] as const)
      expect(keyNow('account', key, { raw })).toBeUndefined();
    expect(keyNow('phone-number', '+447400123456', { raw: '07400 123456' })).toBeUndefined();
  });

  it('is the same under the rules that named it, whatever it is', () => {
    for (const { kind, value, hints: hinted } of GOLDEN_FORMS)
      expect(reKeyed(entityRef(kind, value, { ...hinted, organisation: COASTAL }).entity, COASTAL)).toBeUndefined();
    fc.assert(
      fc.property(kinds, tricky, hints, (kind, value, hinted) => {
        const { entity, flags } = entityRef(kind, value, { ...hinted, organisation: COASTAL });
        if (flags.some((flag) => REFUSED_FLAGS.includes(flag))) return;
        expect(reKeyed(entity, COASTAL)).toBeUndefined();
      }),
      { numRuns: 4000 },
    );
  });
});
