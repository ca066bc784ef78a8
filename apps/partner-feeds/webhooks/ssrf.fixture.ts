import ipaddr from 'ipaddr.js';

/** Addresses that no webhook may reach, and what stands behind each. */
export const FORBIDDEN_IPV4 = [
  '127.0.0.1', // loopback
  '127.8.8.8',
  '0.0.0.0', // this machine, on many systems
  '10.0.0.1', // private
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254', // metadata of clouds
  '168.63.129.16',
  '100.64.0.1', // carrier-grade NAT
  '100.100.100.200',
  '192.0.0.192', // protocol assignments
  '192.0.2.1', // documentation
  '198.18.0.1', // benchmarks
  '224.0.0.1', // multicast
  '240.0.0.1', // reserved
  '255.255.255.255', // broadcast
];

export const FORBIDDEN_IPV6 = [
  ...['::', '::1', '0:0:0:0:0:0:0:1', 'fe80::1', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '100::1', '5f00::1'],
  ...['2001::1', '2001:2::1', '2001:10::1', '2001:20::1', '2001:db8::1', '3fff::1', '2620:4f:8000::1', '64:ff9b:1::1'],
];

/** Ways to write one IPv4 address that some reader takes for it. */
export function spellings(address: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number): string => `0x${value.toString(16)}`;
  const octal = (value: number): string => `0${value.toString(8)}`;
  const parts = [a, b, c, d];
  return [
    address,
    `${address}.`,
    String(whole),
    hex(whole),
    octal(whole),
    parts.map(hex).join('.'),
    parts.map(octal).join('.'),
    `${hex(a)}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `000${octal(a)}.${b}.${hex(c)}.${d}`,
    address.replaceAll('.', '。'),
    [...address].map((sign) => (sign === '.' ? '．' : String.fromCodePoint(Number(sign) + 0xff10))).join(''),
    [...address].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join(''),
  ];
}

/** Ways to carry an IPv4 address inside of IPv6. */
export function carriers(address: string): string[] {
  const bytes = ipaddr.IPv4.parse(address).toByteArray();
  const [high, low] = [0, 2].map((at) => ((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)).toString(16));
  const [notHigh, notLow] = [0, 2].map((at) =>
    ((255 - (bytes[at] ?? 0)) * 256 + 255 - (bytes[at + 1] ?? 0)).toString(16),
  );
  return [
    `::ffff:${address}`,
    `::ffff:${high}:${low}`,
    `::ffff:0:${high}:${low}`,
    `::${high}:${low}`,
    `64:ff9b::${high}:${low}`,
    `64:ff9b:1::${high}:${low}`,
    `2002:${high}:${low}::1`,
    `2001:0:4136:e378:8000:63bf:${notHigh}:${notLow}`,
  ];
}

/** Addresses of which one reader sees another host than the next, and names that never leave a machine. */
export function confusing(port: number): string[] {
  const end = `:${port}/`;
  return [
    ...[
      'localhost',
      'LOCALHOST',
      'localhost.',
      'ⓛocalhost',
      'loc%61lhost',
      'x.localhost',
      'localhost.localdomain.local',
    ],
    ...[
      'printer.local',
      'graph.internal',
      'metadata.google.internal',
      '1.0.0.127.in-addr.arpa',
      'postgres',
      'ip6-localhost',
    ],
    ...['partner.example.', 'partner..example', '.partner.example', 'x.onion'],
  ]
    .map((host) => `https://${host}${end}`)
    .concat([
      `https://partner.example@127.0.0.1${end}`,
      `https://partner.example:443@127.0.0.1${end}`,
      `https://127.0.0.1${end}@partner.example/`,
      `https://127.0.0.1\\@partner.example${end}`,
      `https://partner.example\\@127.0.0.1${end}`,
      `https:\\\\127.0.0.1${end}`,
      `https:/127.0.0.1${end}`,
      `https:127.0.0.1${end}`,
      `https:///127.0.0.1${end}`,
      ` https://127.0.0.1${end}`,
      `https://127.0.0.1${end}#@partner.example`,
      `https://127.0.0.1\t${end}`,
      `ht\ntps://127.0.0.1${end}`,
      `https://127.0.0.1%00.partner.example${end}`,
      `https://127.0.0.1%2f@partner.example${end}`,
      `https://[::1%25lo]${end}`,
      `https://[fe80::1%25eth0]${end}`,
      `https://[fe80::1%eth0]${end}`,
      `https://[::1]:${port}:443/`,
      `https://[::]${end}`,
      `//127.0.0.1${end}`,
      `127.0.0.1${end}`,
      ...['http', 'ftp', 'file', 'gopher', 'ws', 'wss', 'unix', 'data', 'javascript', 'blob:https'].map(
        (scheme) => `${scheme}://127.0.0.1${end}`,
      ),
    ]);
}

/** Names that look like others; each leads to this machine. */
export const LOOK_ALIKES = [
  'lоcalhоst.example',
  'раrtner.example',
  'pаypal.example',
  'ｐartner.example',
  'xn--80ak6aa92e.example',
];
