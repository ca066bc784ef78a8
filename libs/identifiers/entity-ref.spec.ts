import fc from 'fast-check';
import type { EntityRef } from '#events';
import { entityRef, REFUSED_FLAGS, reKeyed, type Hints } from './index.js';
import { GOLDEN_FORMS, hints, kinds, tricky } from './forms.fixture.js';

const COASTAL = '01890000-0000-7000-8000-000000000001';
/** As a command gives them. */
const given = ({ region, platform }: Hints = {}): Hints => ({
  ...(region === undefined ? {} : { region }),
  ...(platform === undefined ? {} : { platform }),
  organisation: COASTAL,
});
const asWritten = (kind: EntityRef['kind'], key: string, raw: string, more: object = {}): EntityRef => ({
  ...{ kind, key, raw, ...more },
});

describe('an entity named under the rules of another time', () => {
  it('is read again from what was written, with the platform of its key and the region that was assumed', () => {
    expect(reKeyed(asWritten('handle', 'telegram:tern%20', 'Tern'), COASTAL)).toEqual(
      asWritten('handle', 'telegram:tern', 'Tern'),
    );
    expect(reKeyed(asWritten('phone-number', '+447400 123456', '07400 123456', { region: 'GB' }), COASTAL)).toEqual(
      asWritten('phone-number', '+447400123456', '07400 123456', { region: 'GB' }),
    );
    expect(reKeyed(asWritten('incident', `${COASTAL}:incident/ 17`, ' 17'), COASTAL)).toEqual(
      asWritten('incident', `${COASTAL}:incident/17`, ' 17'),
    );
  });

  it('stays as it is where the event does not hold enough to read it again, or it names nothing of its kind now', () => {
    expect(reKeyed(asWritten('phone-number', '+447400123456', '07400 123456'), COASTAL)).toBeUndefined();
    expect(reKeyed(asWritten('account', 'whatsapp:+447400123456', '07400 123456'), COASTAL)).toBeUndefined();
    expect(reKeyed(asWritten('url', `long:${'0'.repeat(64)}`, 'https://a.example'), COASTAL)).toBeUndefined();
    expect(reKeyed(asWritten('account', 'telegram:tern', '@tern'), COASTAL)).toBeUndefined();
  });

  it('is the same under the rules that named it, whatever it is', () => {
    for (const { kind, value, hints: hinted } of GOLDEN_FORMS)
      expect(reKeyed(entityRef(kind, value, given(hinted)).entity, COASTAL)).toBeUndefined();
    fc.assert(
      fc.property(kinds, tricky, hints, (kind, value, hinted) => {
        const { entity, flags } = entityRef(kind, value, given(hinted));
        if (flags.some((flag) => REFUSED_FLAGS.includes(flag))) return;
        expect(reKeyed(entity, COASTAL)).toBeUndefined();
      }),
      { numRuns: 4000 },
    );
  });
});
