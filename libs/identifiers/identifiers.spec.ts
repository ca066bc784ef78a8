import fc from 'fast-check';
import { ENTITY_KINDS } from '#events';
import { GOLDEN_FORMS, hints, tricky, kinds } from './forms.fixture.js';
import { canonical, entityId, holdsSeveralNumbers, idKey, recognise, type Hints } from './index.js';

describe('the canonical form of an identifier', () => {
  it.each(GOLDEN_FORMS.map((form) => [`${form.kind} ${JSON.stringify(form.value)}: ${form.why}`, form] as const))(
    '%s',
    (_, form) => {
      const { key, flags } = canonical(form.kind, form.value, form.hints);
      expect({ key, flags }).toEqual({ key: form.key, flags: form.flags ?? [] });
    },
  );

  it.each(['facebook', 'instagram', 'tiktok', 'x', 'youtube', 'snapchat', 'telegram', 'whatsapp'])(
    'of one post of %s is one, in five spellings of its link and more',
    (platform) => {
      const keys = GOLDEN_FORMS.filter(({ kind }) => kind === 'item').map(({ key }) => key);
      const mostOfOne = Math.max(
        ...keys
          .filter((key) => key.startsWith(`${platform}:`))
          .map((key) => keys.filter((each) => each === key).length),
      );
      expect(mostOfOne).toBeGreaterThanOrEqual(5);
    },
  );

  it('is the same whether the golden value or its key is given', () => {
    for (const { kind, key, hints: given } of GOLDEN_FORMS) expect(canonical(kind, key, given).key).toBe(key);
  });

  it('exists for any text of any kind, keeps the text, fits an event and does not change when taken again', () => {
    fc.assert(
      fc.property(kinds, tricky, hints, (kind, value, given) => {
        const once = canonical(kind, value, given);
        expect(once.raw).toBe(value);
        expect(once.key.length).toBeLessThanOrEqual(480);
        expect(canonical(kind, once.key, given).key).toBe(once.key);
      }),
      { numRuns: 4000 },
    );
  });

  it('of a very long text is its hash, and stays it', () => {
    for (const kind of ENTITY_KINDS) {
      const { key, flags } = canonical(kind, `https://a.example/${'x'.repeat(5000)}`, { platform: 'vk' });
      expect(key).toMatch(/^long:[0-9a-f]{64}$/);
      expect(flags).toContain('shortened');
      expect(canonical(kind, key).key).toBe(key);
    }
  });

  it('never makes one number of a valid one, a possible one and a raw one', () => {
    fc.assert(
      fc.property(tricky, hints, (value, given) => {
        const { key, flags } = canonical('phone-number', value, given);
        const valid = !flags.some((flag) => ['number-not-valid', 'number-not-possible', 'empty'].includes(flag));
        expect(key.startsWith('+')).toBe(valid);
      }),
    );
  });
});

describe('what an analyst types', () => {
  const kindsOf = (text: string, given: Hints = {}): string[] =>
    recognise(text, given).map(({ kind, key }) => `${kind} ${key}`);

  it('is taken for a number, in the given region or in each where it is valid', () => {
    expect(kindsOf('+44 7400 123456')[0]).toBe('phone-number +447400123456');
    expect(kindsOf('07400 123456', { region: 'GB' })[0]).toBe('phone-number +447400123456');
    expect(kindsOf('07400 123456')).toEqual(
      expect.arrayContaining(['phone-number +447400123456', 'phone-number raw:07400123456']),
    );
    expect(kindsOf('447400123456')[0]).toBe('phone-number +447400123456');
    expect(kindsOf('0-(070)893-3322')).toContain('phone-number raw:00708933322');
  });

  it('is no number where words stand beside many digits, which is told without trying every way to share them out', () => {
    // One that tries doubles its time with each digit: minutes for these, for ever with a few more.
    expect(kindsOf(`${'4'.repeat(32)} Ahmed`).filter((one) => one.startsWith('phone-number'))).toEqual([]);
    expect(kindsOf('his 07400 123456 of 20-11-2026')).toEqual(['name his 07400 123456 of 20-11-2026']);
  });

  it('is taken for each number among its words that says its country, and for a name', () => {
    expect(kindsOf('+44 7400 123456 / +44 7400 123457 and his brother')).toEqual([
      'phone-number +447400123456',
      'phone-number +447400123457',
      'name +44 7400 123456 / +44 7400 123457 and his brother',
    ]);
    const beside = ['Ali (+44) 7400-123456', '٠٠٤٤٧٤٠٠١٢٣٤٥٦ Ali', 'callto:+447400123456', 'wa.me/+44 7400 123456'];
    for (const text of beside)
      expect([text, kindsOf(text)]).toEqual([text, expect.arrayContaining(['phone-number +447400123456'])]);
    expect(kindsOf('+44 7400 123456 ext. 5').slice(0, 2)).toEqual([
      'phone-number +447400123456;ext=5',
      'phone-number +447400123456',
    ]);
    expect(kindsOf('+44 7400 123456 +44 7400 123457').slice(0, 2)).toEqual([
      'phone-number +447400123456',
      'phone-number +447400123457',
    ]);
    for (const none of ['AB+447400123456', '+4474001234567890123456789 x', 'C++ 11', 'sha 00447400123456ab'])
      expect([none, kindsOf(none).filter((one) => one.startsWith('phone-number'))]).toEqual([none, []]);
  });

  it('is taken for an id whose case counts, as it stands', () => {
    expect(kindsOf('UCabcDEF_123-abcDEF_1234')).toContain('account youtube:UCabcDEF_123-abcDEF_1234');
  });

  it('is taken for the code of an invitation without its link, and not where it is a word', () => {
    expect(kindsOf('AbCdEf123_-x4567')).toContain('invite telegram:AbCdEf123_-x4567');
    expect(kindsOf('Ab1Cd2Ef3Gh4Ij5Kl6Mn7O')).toEqual(
      expect.arrayContaining(['invite whatsapp:Ab1Cd2Ef3Gh4Ij5Kl6Mn7O', 'invite telegram:Ab1Cd2Ef3Gh4Ij5Kl6Mn7O']),
    );
    expect(kindsOf('Ab1Cd2Ef3Gh4Ij5Kl6Mn7O', { platform: 'wa' }).filter((one) => one.startsWith('invite'))).toEqual([
      'invite whatsapp:Ab1Cd2Ef3Gh4Ij5Kl6Mn7O',
    ]);
    for (const word of ['the_calais_ferrymen', 'MohammedAlHassan', '4929123456789012', 'GB82WEST12345698765432'])
      expect(kindsOf(word).filter((one) => one.startsWith('invite'))).toEqual([]);
    // Who looks for a handle in vain has looked for a handle.
    expect(kindsOf('CalaisFerryman2024')[0]).toMatch(/^handle /);
  });

  it('is taken for what WhatsApp exports: a group by its id, an account by its number', () => {
    expect(kindsOf('120363012345678901@g.us')[0]).toBe('group whatsapp:120363012345678901@g.us');
    expect(kindsOf('447400123456@s.whatsapp.net').slice(0, 2)).toEqual([
      'account whatsapp:+447400123456',
      'phone-number +447400123456',
    ]);
  });

  it('is known for several numbers, and not where they are the parts of one', () => {
    expect(holdsSeveralNumbers('+44 7400 123456, 0044 7400 123457;447400123458/+447400123459')).toBe(true);
    expect(holdsSeveralNumbers('+44 7400 123456 ::: +44 7400 123457')).toBe(true);
    for (const one of ['0171/1234567', '+44 7400 123456', '51.123456,1.345678', '20261123/20261124', 'a/b', ''])
      expect([one, holdsSeveralNumbers(one)]).toEqual([one, false]);
  });

  it('has one key however often the mark of a key stands before it', () => {
    const once = canonical('phone-number', 'raw:call me').key;
    expect(canonical('phone-number', `${'raw:'.repeat(120)}call me`).key).toBe(once);
    expect(canonical('phone-number', `possible: raw:${'possible:'.repeat(60)}call me`).key).toBe(once);
  });

  it('is taken for a handle on every platform where it may be one', () => {
    const found = kindsOf('@Calais_Taxi');
    expect(found).toEqual(
      expect.arrayContaining([
        'handle instagram:calais_taxi',
        'handle telegram:calais_taxi',
        'handle x:calais_taxi',
        'name @calais_taxi',
      ]),
    );
  });

  it('is taken for what a link stands for, and for the link', () => {
    expect(kindsOf('hxxps://t[.]me/+AbCdEf123')).toEqual([
      'invite telegram:AbCdEf123',
      'url https://t.me/+AbCdEf123',
      expect.stringMatching(/^name /),
    ]);
    expect(kindsOf('https://l.facebook.com/l.php?u=https%3A%2F%2Fcrossings.example%2Fprices')).toEqual([
      'url https://l.facebook.com/l.php?u=https%3A%2F%2Fcrossings.example%2Fprices',
      'url https://crossings.example/prices',
      expect.stringMatching(/^name /),
    ]);
    expect(kindsOf('pole:person/123')[0]).toBe('person pole:person/123');
  });

  it('always has an answer, whatever it is', () => {
    fc.assert(
      fc.property(tricky, hints, (text, given) => {
        for (const { kind, key } of recognise(text, given)) expect(canonical(kind, key, given).key).toBe(key);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a public entity id', () => {
  const secret = idKey(Buffer.alloc(32, 7).toString('base64'));

  it('is 32 hex characters that depend on kind, key and secret', () => {
    const id = entityId(secret, 'phone-number', '+447400123456');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(entityId(secret, 'phone-number', '+447400123456')).toBe(id);
    expect(entityId(Buffer.alloc(32, 7), 'phone-number', '+447400123456')).toBe(id);
    expect(entityId(secret, 'name', '+447400123456')).not.toBe(id);
    expect(entityId(Buffer.alloc(32, 8), 'phone-number', '+447400123456')).not.toBe(id);
  });

  it('is not made with a secret that could be guessed', () => {
    expect(() => idKey(Buffer.alloc(31).toString('base64'))).toThrow('at least 32');
  });
});
