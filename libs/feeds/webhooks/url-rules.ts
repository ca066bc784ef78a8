import { MAX_WEBHOOK_URL, type Fault } from '#events';
import { isPublicAddress } from './address-rules.js';
import type { WebhookTargets } from './target-settings.js';

/** Names that never leave a machine or a house, whatever a resolver says to them. */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|arpa|onion)$/;
/** Spaces, control characters and backslashes mean one thing to one reader of addresses and another to the next. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const AMBIGUOUS = /[\u0000-\u0020\u007f\\]/;

/**
 * What is wrong with the form of a webhook's address; none means that it can be written down. Where its name leads is looked at when
 * something is sent, and again each time: names change.
 */
export function webhookUrlFaults(text: string, targets: WebhookTargets): Fault[] {
  if (text.length > MAX_WEBHOOK_URL || AMBIGUOUS.test(text) || !URL.canParse(text))
    return [fault('malformed', `Give an absolute address of at most ${MAX_WEBHOOK_URL} characters, without spaces.`)];
  const url = new URL(text);
  const faults: Fault[] = [];
  if (url.username !== '' || url.password !== '')
    faults.push(fault('credentials', 'Leave out name and password: each request is signed, check its signature.'));
  if (text.includes('#')) faults.push(fault('fragment', 'Leave out the fragment (#...): it is never sent.'));
  if (isLocalTarget(url, targets)) return faults;
  if (url.protocol !== 'https:') faults.push(fault('not-https', 'Use https.'));
  if (!targets.ports.includes(portOf(url)))
    faults.push(fault('port', `Use one of these ports: ${targets.ports.join(', ')}.`));
  if (!isPublicHost(url.hostname))
    faults.push(fault('host', 'Name a host with a full name or an address that is reachable from everywhere.'));
  return faults;
}

/** Whether an address is one of those on this machine that a local stack may send to. Named by its number, never by a name. */
export function isLocalTarget(url: URL, { localTargets }: WebhookTargets): boolean {
  const here = url.hostname === '127.0.0.1' || url.hostname === '[::1]';
  const web = url.protocol === 'http:' || url.protocol === 'https:';
  return here && web && [url.hostname, `${url.hostname}:${portOf(url)}`].some((each) => localTargets.includes(each));
}

/** URL has read odd numerals already: `0x7f.1` and `2130706433` stand here as `127.0.0.1`. */
function isPublicHost(host: string): boolean {
  if (host.startsWith('[')) return isPublicAddress(host.slice(1, -1));
  if (/^[\d.]+$/.test(host)) return isPublicAddress(host);
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(host) && !LOCAL_NAME.test(host);
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'http:' ? 80 : 443;
}

function fault(code: 'malformed' | 'not-https' | 'credentials' | 'fragment' | 'port' | 'host', detail: string): Fault {
  return { pointer: '', code: `webhook.url-${code}`, detail };
}
