/**
 * The token issuer of the local stack: real OpenID Connect tokens for invented people, so that every request is
 * authenticated from the first day. It gives a token for anybody to whoever holds its secret, which is why production
 * refuses it (OidcSettings.forbidden).
 *
 *     const issuer = await startIssuer({ dataDir });
 *     await fetch(url, { headers: { authorization: `Bearer ${await issuer.tokenFor('coastal-analyst')}` } });
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { keptSecret } from '../secrets.js';
import { serveIssuer } from './issuer-server.js';
import { ORGANISATIONS, PERSONAS, personaNamed, type Persona, type PersonaOrganisation } from './personas.js';
import { keep, keptKey, newKey, type SigningKey } from './signing-keys.js';

export { ORGANISATIONS, PERSONAS, type Persona } from './personas.js';

const AUDIENCE = 'breakwater';
const TOKEN_SECONDS = 3600;

export interface LocalIssuer {
  /** Name that stands in tokens and in the log beside each member: the same for this data folder whatever the port. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenUrl: string;
  readonly audience: string;
  readonly personas: readonly Persona[];
  /** Settings of the apps. */
  env(): { OIDC_ISSUER: string; OIDC_JWKS_URL: string; OIDC_AUDIENCE: string };
  tokenFor(persona: string, terms?: TokenTerms): Promise<string>;
  /** Secret of a persona for the token address (client credentials). */
  secretOf(persona: string): string;
  /** What `apps/command-api/bootstrap` reads: the first organisations and their members. */
  bootstrap(): { organisations: PersonaOrganisation[]; members: object[] };
  /** Signs under a new key from now on; the old one stays valid beside it unless it is dropped. */
  rotate(options?: { algorithm?: 'EdDSA' | 'ES256'; dropOld?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

/** How a token may differ from an ordinary one; for tests of what must be refused. */
export interface TokenTerms {
  /** Seconds from now; negative: it has expired; null: it never ends. */
  seconds?: number | null;
  audience?: string;
  issuer?: string;
  subject?: string;
}

export async function startIssuer(options: { dataDir: string; port?: number }): Promise<LocalIssuer> {
  const folder = join(options.dataDir, 'issuer');
  const secret = keptSecret(join(folder, 'clients-secret'));
  const keyFile = join(folder, 'signing-key.json');
  const keys: [SigningKey, ...SigningKey[]] = [await keptKey(keyFile)];
  const issuer = `http://issuer.localhost/${derive(secret, 'name').toString('hex').slice(0, 12)}`;
  const secretOf = (persona: string): string => derive(secret, `client ${persona}`).toString('base64url');
  const tokenFor = (persona: string, terms: TokenTerms = {}): Promise<string> =>
    signToken(keys[0], { issuer, subject: personaNamed(persona).name, ...terms });

  const { server, base } = await serveIssuer(
    {
      issuer,
      keys: () => keys.map(({ publicJwk }) => publicJwk),
      tokenFor: async (client, given) => {
        const known = PERSONAS.some(({ name }) => name === client);
        if (!known || !equal(given, secretOf(client))) return undefined;
        return { token: await tokenFor(client), seconds: TOKEN_SECONDS };
      },
    },
    options.port ?? 0,
  );
  return {
    issuer,
    jwksUri: `${base}/jwks`,
    tokenUrl: `${base}/token`,
    audience: AUDIENCE,
    personas: PERSONAS,
    env: () => ({ OIDC_ISSUER: issuer, OIDC_JWKS_URL: `${base}/jwks`, OIDC_AUDIENCE: AUDIENCE }),
    tokenFor,
    secretOf,
    bootstrap: () => firstMembers(issuer),
    rotate: async ({ algorithm = 'EdDSA', dropOld = false } = {}) => {
      const { key, secret: jwk } = await newKey(algorithm);
      keep(keyFile, jwk);
      if (dropOld) keys.length = 1;
      if (dropOld) keys[0] = key;
      else keys.unshift(key);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function signToken(key: SigningKey, terms: TokenTerms & { issuer: string; subject: string }): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const token = new SignJWT({})
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt' })
    .setIssuer(terms.issuer)
    .setSubject(terms.subject)
    .setAudience(terms.audience ?? AUDIENCE)
    .setIssuedAt(now);
  if (terms.seconds !== null) token.setExpirationTime(now + (terms.seconds ?? TOKEN_SECONDS));
  return token.sign(key.sign);
}

function firstMembers(issuer: string): { organisations: PersonaOrganisation[]; members: object[] } {
  return {
    organisations: Object.values(ORGANISATIONS).map((each) => ({ ...each, groups: [...each.groups] })),
    members: PERSONAS.map(({ name, organisation, roles, compartments }) => ({
      organisation: ORGANISATIONS[organisation].organisation,
      issuer,
      subject: name,
      roles,
      compartments,
    })),
  };
}

function derive(secret: string, what: string): Buffer {
  return createHmac('sha256', secret).update(what).digest();
}

function equal(given: string, expected: string): boolean {
  return timingSafeEqual(derive('compare', given), derive('compare', expected));
}
