import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/**
 * A checkpoint is the signed hash of one place of the chain, and so of everything up to it: a compact JWS (RFC 7515, EdDSA with
 * Ed25519) that carries its public key. Whoever keeps one can show later that nothing before it was changed, added or taken away.
 */
export interface Checkpoint {
  place: number;
  /** Hash of that place, in hex. */
  hash: string;
  /** When it was signed (ISO 8601, UTC). */
  time: string;
  /** The log's incarnation then: it grows when another copy of the database is put back. */
  incarnation: number;
}

export interface OpenedCheckpoint extends Checkpoint {
  /** Thumbprint of the signing key (RFC 7638). Compare it with the one that you were given. */
  key: string;
}

export interface AuditKey {
  readonly private: KeyObject;
  /** Thumbprint of the public key. */
  readonly id: string;
  readonly jwk: { kty: 'OKP'; crv: 'Ed25519'; x: string };
}

/** PKCS #8 of an Ed25519 key up to its 32 secret bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The signing key that a secret of at least 32 bytes stands for. */
export function auditKey(secret: Uint8Array): AuditKey {
  const seed = createHash('sha256').update('breakwater-audit-signing-key\n').update(secret).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { private: key, id: thumbprint(x), jwk: { kty: 'OKP', crv: 'Ed25519', x } };
}

export function signCheckpoint(key: AuditKey, { place, hash, time, incarnation }: Checkpoint): string {
  const header = { alg: 'EdDSA', typ: 'breakwater-audit-checkpoint', kid: key.id, jwk: key.jwk };
  const signed = `${encoded(header)}.${encoded({ place, hash, time, incarnation })}`;
  return `${signed}.${sign(null, Buffer.from(signed), key.private).toString('base64url')}`;
}

/** What a checkpoint says, or undefined where it is none or its signature is not that of the key in it. */
export function openCheckpoint(jws: string): OpenedCheckpoint | undefined {
  const [header, payload, signature, ...more] = jws.trim().split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) return undefined;
  const head = decoded(header) as { alg?: unknown; typ?: unknown; jwk?: { x?: unknown } } | undefined;
  const said = decoded(payload) as Partial<Checkpoint> | undefined;
  const x = head?.jwk?.x;
  if (head?.alg !== 'EdDSA' || head.typ !== 'breakwater-audit-checkpoint' || typeof x !== 'string') return undefined;
  if (!isCheckpoint(said) || !isSigned(`${header}.${payload}`, signature, x)) return undefined;
  const { place, hash, time, incarnation } = said;
  return { place, hash, time, incarnation, key: thumbprint(x) };
}

function isCheckpoint(said: Partial<Checkpoint> | undefined): said is Checkpoint {
  return (
    Number.isSafeInteger(said?.place) &&
    /^[0-9a-f]{64}$/.test(said?.hash ?? '') &&
    typeof said?.time === 'string' &&
    Number.isSafeInteger(said.incarnation)
  );
}

function isSigned(text: string, signature: string, x: string): boolean {
  try {
    return verify(null, Buffer.from(text), publicKey(x), Buffer.from(signature, 'base64url'));
  } catch {
    return false; // no key of this curve, so nothing it could have signed
  }
}

/** The last key used: checkpoints of one audit have one. */
let lastKey: { x: string; key: KeyObject } | undefined;

function publicKey(x: string): KeyObject {
  if (lastKey?.x !== x)
    lastKey = { x, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
  return lastKey.key;
}

function thumbprint(x: string): string {
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function decoded(part: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
