import { createHash } from 'node:crypto';
import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { OidcSettings } from '#runtime';
import type { Identity } from './directory.js';
import { issuerKeys } from './issuer-keys.js';
import { AccessRefusal } from './refusal.js';

/** Longer than any access token we know; a longer text is not worth a hash. */
const MAX_TOKEN_LENGTH = 8192;
const MAX_KEPT_TOKENS = 10_000;
/** Clocks of issuer and server may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 5;

type VerifierSettings = Pick<OidcSettings, 'issuer' | 'jwksUrl' | 'audience' | 'algorithms'>;

interface Options {
  clock?: () => Date;
  keys?: JWTVerifyGetKey;
}

/**
 * Verifies access tokens: signature under a key of the issuer, algorithm on the list, issuer, audience, expiry. A verified token
 * is remembered by its hash until it expires, so that a busy caller costs one signature check. Says only who it is: what they
 * may do comes from the Directory, at each request.
 */
export class TokenVerifier {
  private readonly verified = new Map<string, { identity: Identity; expires: number }>();
  private readonly keys: JWTVerifyGetKey;
  private readonly clock: () => Date;

  constructor(
    private readonly settings: VerifierSettings,
    { clock = () => new Date(), keys }: Options = {},
  ) {
    this.clock = clock;
    this.keys = keys ?? issuerKeys(settings.jwksUrl);
  }

  /** @throws {@link AccessRefusal} `token.*` (Unauthenticated), or `issuer.unavailable` while its keys cannot be had */
  async verify(token: string): Promise<Identity> {
    if (token.length > MAX_TOKEN_LENGTH) throw refused('token.too-long');
    const hash = createHash('sha256').update(token).digest('base64');
    const now = this.clock().getTime();
    const kept = this.verified.get(hash);
    if (kept !== undefined && now < kept.expires) return kept.identity;
    this.verified.delete(hash);
    const { identity, expires } = await this.check(token);
    this.verified.set(hash, { identity, expires });
    const oldest = this.verified.keys().next();
    if (this.verified.size > MAX_KEPT_TOKENS && oldest.done !== true) this.verified.delete(oldest.value);
    return identity;
  }

  private async check(token: string): Promise<{ identity: Identity; expires: number }> {
    const { issuer, audience, algorithms } = this.settings;
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: this.clock(),
      });
      const { sub, exp } = payload;
      if (typeof sub !== 'string' || sub === '' || sub.includes('\0') || exp === undefined)
        throw refused('token.subject');
      return { identity: { issuer, subject: sub }, expires: exp * 1000 };
    } catch (error) {
      throw whyRefused(error);
    }
  }
}

/** The reason is for log and figures; the caller learns only that the token does not do. */
function refused(code: string, cause?: unknown): AccessRefusal {
  return new AccessRefusal('Unauthenticated', code, 'the token does not do', { cause });
}

function whyRefused(error: unknown): Error {
  if (error instanceof AccessRefusal) return error;
  if (error instanceof errors.JWTExpired) return refused('token.expired', error);
  if (error instanceof errors.JWTClaimValidationFailed) return refused(`token.claim-${error.claim}`, error);
  if (error instanceof errors.JOSEAlgNotAllowed) return refused('token.algorithm', error);
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return refused('token.unknown-key', error);
  if (error instanceof errors.JWSSignatureVerificationFailed) return refused('token.signature', error);
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported
  )
    return refused('token.malformed', error);
  return new AccessRefusal('Unavailable', 'issuer.unavailable', 'the keys of the token issuer cannot be had just now', {
    cause: error,
  });
}
