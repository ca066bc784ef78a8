import ipaddr from 'ipaddr.js';

/**
 * Addresses that nobody on the public internet has, after the registries of special-purpose addresses (IANA). A webhook is sent
 * to none of them: behind them are our own servers, or whoever is nearest.
 */
const SPECIAL_IPV4 = ranges([
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // a cloud's host, under an address that looks public
  ['169.254.0.0', 16], // link-local, metadata of clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.31.196.0', 24], // AS112
  ['192.52.193.0', 24], // AMT
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
]);

/** Everything else of IPv6 is loopback, local, multicast, or carries an IPv4 address inside. */
const GLOBAL_IPV6 = ranges([['2000::', 3]]);
const SPECIAL_IPV6 = ranges([
  ['2001::', 23], // protocol assignments: Teredo, benchmarks, ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20], // documentation
]);

/**
 * Whether a request may go to this address. Only the usual spellings are read, four decimal numbers or IPv6 without a zone; whatever
 * else a library might make of a text is none.
 */
export function isPublicAddress(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return !isIn(ipaddr.IPv4.parse(text), SPECIAL_IPV4);
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return false;
  const address = ipaddr.IPv6.parse(text);
  return isIn(address, GLOBAL_IPV6) && !isIn(address, SPECIAL_IPV6);
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

function ranges(listed: readonly (readonly [string, number])[]): Range[] {
  return listed.map(([start, bits]) => [ipaddr.parse(start), bits]);
}

function isIn(address: Address, list: readonly Range[]): boolean {
  return list.some(([start, bits]) => start.kind() === address.kind() && address.match(start, bits));
}
