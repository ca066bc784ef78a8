/** Passwords of the local servers: made once per data folder, readable by its owner only, and never printed. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Letters, digits, - and _ only, so it can stand in an address. */
function password(): string {
  return randomBytes(24).toString('base64url');
}

/** 32 random bytes in base64, as the keys of the applications are given. */
export function newKey(): string {
  return randomBytes(32).toString('base64');
}

/** The secret kept in the file; a new one when there is none. */
export function keptSecret(file: string, make: () => string = password): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(dirname(file), { recursive: true });
  const secret = make();
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${secret}\n`, { mode: 0o600 });
  renameSync(unfinished, file);
  return secret;
}
