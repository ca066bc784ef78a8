import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isLocalTarget, isPublicAddress, webhookUrlFaults, type WebhookTargets } from '#feeds';
import type { AttemptFault } from './next-step.js';

/** All addresses of a name as of now, as numbers; none where it has none. */
export type Resolve = (name: string, signal: AbortSignal) => Promise<string[]>;

/** Where one request may go: to these addresses and no others, whatever the name says a moment later. */
export interface CheckedTarget {
  url: URL;
  addresses: string[];
}

const MOST_ADDRESSES = 4;

/**
 * Looks where an address leads, at every attempt anew. One address that is not public spoils the whole name: who has such a name
 * tries to have us reach something else, or has made a mistake that would show elsewhere.
 */
export async function checkedTarget(
  text: string,
  targets: WebhookTargets,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<CheckedTarget | AttemptFault> {
  if (webhookUrlFaults(text, targets).length > 0) return 'refused-url';
  const url = new URL(text);
  const host = hostOf(url);
  if (isIP(host) !== 0) {
    const allowed = isLocalTarget(url, targets) || isPublicAddress(host);
    return allowed ? { url, addresses: [host] } : 'no-address';
  }
  const addresses = await resolve(host, signal);
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) return 'no-address';
  return { url, addresses: addresses.slice(0, MOST_ADDRESSES) };
}

/** The host as a name or a number, without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}

/**
 * Asks the name servers themselves: `dns.lookup` would read this machine's hosts file and search list, and a name server that does not
 * answer would take one of the few threads that everything else waits for.
 * @param servers others than those of this machine, `address:port`
 */
export function resolveByDns(servers?: readonly string[]): Resolve {
  return async (name, signal) => {
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    signal.removeEventListener('abort', cancel);
    return found.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  };
}
