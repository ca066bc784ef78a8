/**
 * Loads a module with everything that imports it, one of its source files edited on the way. The edit must fit the source
 * exactly once: a leak that no longer fits has rotted, and its test would prove nothing.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { transformSync, type Options } from '@swc/core';
import { checkoutRoot } from '../../infra/local/checkout.js';

export interface Edit {
  find: string;
  replace: string;
}

export interface SourceEdit extends Edit {
  /** From the root of the checkout. */
  file: string;
}

/** Edits a text, or says how often the place was found that should be there once. */
export function edited(text: string, { find, replace }: Edit, where: string): string {
  const found = text.split(find).length - 1;
  if (found !== 1) throw new Error(`a planted leak fits ${where} ${found} times instead of once: ${find}`);
  return text.replace(find, () => replace);
}

/** The source as it would be if it said what the edit says. */
export function editedSource(edit: SourceEdit): string {
  return edited(readFileSync(join(checkoutRoot(), edit.file), 'utf8'), edit, edit.file);
}

/** Packages that keep nothing of ours: loaded once and lent to every edited copy, since loading them takes the most time. */
const LENT = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/cqrs',
  '@nestjs/swagger',
  '@nestjs/platform-fastify',
  'ajv/dist/2020.js',
  'canonicalize',
  'class-transformer',
  'class-validator',
  'fastify',
  'jose',
  'libphonenumber-js/max',
  'neo4j-driver',
  'pg',
  'pino',
  'reflect-metadata',
  'typeorm',
];

/** Gives the entry module as it would be if the source said what the edit says. */
export async function planted<Module, Result>(
  edit: SourceEdit,
  load: () => Module,
  work: (module: Module) => Promise<Result>,
): Promise<Result> {
  const file = join(checkoutRoot(), edit.file);
  const source = editedSource(edit);
  const lent = LENT.map((name) => [name, require(name) as object] as const);
  let result: Result | undefined;
  await jest.isolateModulesAsync(async () => {
    for (const [name, module] of lent) jest.doMock(name, () => module);
    jest.doMock(file, () => evaluated(file, source));
    try {
      result = await work(load());
    } finally {
      for (const [name] of lent) jest.dontMock(name);
      jest.dontMock(file);
    }
  });
  return result as Result;
}

function evaluated(file: string, source: string): object {
  const { code } = transformSync(source, { ...compilation(), filename: file, sourceMaps: false });
  const module = { exports: {} };
  const sibling = (name: string): unknown =>
    require(name.startsWith('.') ? resolve(dirname(file), name).replace(/\.js$/, '.ts') : name);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  new Function('require', 'module', 'exports', code)(sibling, module, module.exports);
  return module.exports;
}

/** As Jest compiles every other source of the run. */
function compilation(): Options {
  const config = require(join(checkoutRoot(), 'jest.config.cjs')) as { transform: Record<string, [string, Options]> };
  return Object.values(config.transform)[0]![1];
}
