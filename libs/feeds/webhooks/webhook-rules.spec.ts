import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { isPublicAddress, webhookUrlFaults, type WebhookTargets } from '../index.js';

const EARNEST: WebhookTargets = { ports: [443], localTargets: [] };
const LOCAL: WebhookTargets = { ports: [443], localTargets: ['127.0.0.1:8093', '[::1]'] };

function codes(url: string, targets = EARNEST): string[] {
  return webhookUrlFaults(url, targets).map(({ code }) => code.replace('webhook.url-', ''));
}

describe('an address that a webhook may go to', () => {
  test.each(['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.1', '172.32.0.1', '192.0.1.1', '198.20.0.1'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each(['2606:4700:4700::1111', '2001:4860:4860::8888', '2a00:1450:4009::200e'])('%s is public', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );

  test('is none that the library knows for anything but ordinary unicast', () => {
    const ipv4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((four) => four.join('.'));
    const anyOf = fc.oneof(ipv4, fc.ipV6());
    fc.assert(
      fc.property(anyOf, (address) => !isPublicAddress(address) || ipaddr.parse(address).range() === 'unicast'),
      { numRuns: 2_000 },
    );
  });

  test('is none that carries an IPv4 address inside', () => {
    const carried = fc.tuple(
      fc.constantFrom('::ffff:', '::', '64:ff9b::', '64:ff9b:1::', '::ffff:0:', '2002:'),
      fc.nat(0xffff),
      fc.nat(0xffff),
    );
    fc.assert(
      fc.property(carried, ([prefix, high, low]) => {
        const end = prefix === '2002:' ? '::1' : '';
        return !isPublicAddress(`${prefix}${high.toString(16)}:${low.toString(16)}${end}`);
      }),
    );
  });

  test.each([
    '0x7f.1',
    '0177.0.0.1',
    '2130706433',
    '127.1',
    'fe80::1%eth0',
    '2606:4700::1%1',
    '',
    ' 1.1.1.1',
    '1.1.1.1.',
  ])('%j is no address at all', (text) => expect(isPublicAddress(text)).toBe(false));
});

describe('the form of a webhook address', () => {
  test.each([
    'https://partner.example/hooks?feed=1',
    'https://partner.example:443/',
    'https://1.1.1.1/',
    'https://[2606:4700::1]/',
  ])('%s can be written down', (url) => expect(codes(url)).toEqual([]));

  test.each([
    ['not an address', ['malformed']],
    ['https://partner.example/ x', ['malformed']],
    ['https://partner.example\\@127.0.0.1/', ['malformed']],
    ['http://partner.example/', ['not-https', 'port']],
    ['ftp://partner.example/', ['not-https']],
    ['https://me:secret@partner.example/', ['credentials']],
    ['https://partner.example/#', ['fragment']],
    ['https://partner.example:8443/', ['port']],
    ['https://partner.example:0/', ['port']],
    ['https://localhost/', ['host']],
    ['https://graph/', ['host']],
    ['https://graph.internal/', ['host']],
    ['https://partner.example./', ['host']],
    ['https://2130706433/', ['host']],
    ['https://0x7f.1/', ['host']],
    ['https://①②⑦.⓪.⓪.①/', ['host']],
    ['https://[::ffff:127.0.0.1]/', ['host']],
    ['https://127.0.0.1/', ['host']],
  ])('%s is refused', (url, expected) => expect(codes(url)).toEqual(expected));

  test('is at most 2,000 characters long', () => {
    expect(codes(`https://partner.example/${'a'.repeat(1_976)}`)).toEqual([]);
    expect(codes(`https://partner.example/${'a'.repeat(1_977)}`)).toEqual(['malformed']);
  });

  test('on a local stack, what is listed on this machine may be reached without TLS, and nothing else', () => {
    expect(codes('http://127.0.0.1:8093/hook', LOCAL)).toEqual([]);
    expect(codes('http://[::1]:4000/hook', LOCAL)).toEqual([]);
    expect(codes('http://127.0.0.1:5432/', LOCAL)).toEqual(['not-https', 'port', 'host']);
    expect(codes('http://localhost:8093/', LOCAL)).toEqual(['not-https', 'port', 'host']);
    expect(codes('http://me@127.0.0.1:8093/hook', LOCAL)).toEqual(['credentials']);
  });
});
