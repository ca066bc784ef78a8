/** Where this checkout is. Found by walking up, because the same code runs from the sources (Jest) and from dist. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

let root: string | undefined;

/** The folder of the checkout: the nearest one above this file with a package-lock.json. */
export function checkoutRoot(): string {
  if (root !== undefined) return root;
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package-lock.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error(`No package-lock.json above ${import.meta.dirname}: this is not a checkout of Breakwater.`);
    folder = parent;
  }
  root = realpathSync(folder);
  return root;
}

/** A path inside `.local`, the folder of everything that this checkout keeps while it runs; `.local` exists afterwards. */
export function localPath(...parts: string[]): string {
  const folder = join(checkoutRoot(), '.local');
  mkdirSync(folder, { recursive: true });
  return join(folder, ...parts);
}
