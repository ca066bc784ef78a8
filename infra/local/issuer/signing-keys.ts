/** The keys under which the local issuer signs: made once per data folder, so that a token outlives a restart of the stack. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';

export interface SigningKey {
  kid: string;
  alg: string;
  publicJwk: JWK;
  sign: Awaited<ReturnType<typeof importJWK>>;
}

export async function newKey(alg: 'EdDSA' | 'ES256'): Promise<{ key: SigningKey; secret: JWK }> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const secret = { ...(await exportJWK(privateKey)), alg };
  return { key: await fromJwk(secret), secret };
}

/** The kept key; a new one when there is none. */
export async function keptKey(file: string): Promise<SigningKey> {
  if (existsSync(file)) return await fromJwk(JSON.parse(readFileSync(file, 'utf8')) as JWK);
  const { key, secret } = await newKey('EdDSA');
  keep(file, secret);
  return key;
}

export function keep(file: string, secret: JWK): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(secret), { mode: 0o600 });
  renameSync(unfinished, file);
}

async function fromJwk(secret: JWK): Promise<SigningKey> {
  const { d: _, ...open } = secret;
  const alg = secret.alg ?? 'EdDSA';
  const kid = await calculateJwkThumbprint(open);
  return { kid, alg, publicJwk: { ...open, kid, use: 'sig' }, sign: await importJWK(secret, alg) };
}
