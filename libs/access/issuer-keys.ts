import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey } from 'jose';

/** How often the issuer's keys are fetched again, so that a withdrawn key is trusted no longer than this while the issuer answers. */
const FRESH_MS = 5 * 60_000;
/** How long the last good answer serves while the issuer does not answer: an outage over night must not stop the work. */
const OUTAGE_MS = 12 * 60 * 60_000;
/** A token under a key that we do not have makes us look again, but not more often than this. */
const COOLDOWN_MS = 2000;
const FETCH_LIMIT_MS = 2000;

interface KeyOptions {
  freshMs?: number;
  outageMs?: number;
  cooldownMs?: number;
  now?: () => number;
}

/** The issuer's public keys: rotated ones are found when a token first names them, and an outage is bridged with the last good answer. */
export function issuerKeys(jwksUrl: string, options: KeyOptions = {}): JWTVerifyGetKey {
  const { freshMs = FRESH_MS, outageMs = OUTAGE_MS, cooldownMs = COOLDOWN_MS, now = Date.now } = options;
  let last: { body: string; at: number } | undefined;
  const fetchKeys: FetchImplementation = async (url, init) => {
    try {
      const answer = await fetch(url, init);
      const body = await answer.text();
      if (!answer.ok || !holdsKeys(body))
        throw new Error(`the issuer's keys could not be read (status ${answer.status})`);
      last = { body, at: now() };
    } catch (error) {
      if (last === undefined || now() - last.at > outageMs) throw error;
    }
    return new Response(last.body, { status: 200, headers: { 'content-type': 'application/json' } });
  };
  return createRemoteJWKSet(new URL(jwksUrl), {
    cacheMaxAge: freshMs,
    cooldownDuration: cooldownMs,
    timeoutDuration: FETCH_LIMIT_MS,
    [customFetch]: fetchKeys,
  });
}

/** A proxy's error page with status 200 must not replace keys that are good. */
function holdsKeys(body: string): boolean {
  try {
    const { keys } = JSON.parse(body) as { keys?: unknown };
    return Array.isArray(keys) && keys.length > 0;
  } catch {
    return false;
  }
}
