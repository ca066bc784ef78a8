/** Jest, with the numbers of what passed and failed. A file that could not even be loaded counts as one failed. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, program, run } from './ready.mjs';

export async function runTests(args) {
  const file = join(ROOT, '.local', `test-counts-${process.pid}.json`);
  mkdirSync(join(ROOT, '.local'), { recursive: true });
  const { code } = await run(...program('jest/bin/jest.js', ...args), { env: { TEST_COUNTS_FILE: file } });
  const counted = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0 };
  rmSync(file, { force: true });
  return { code, passed: counted.passed, failed: code !== 0 && counted.failed === 0 ? 1 : counted.failed };
}
