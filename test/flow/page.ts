/** Runs the `sh` blocks of a page of the documents, one by one, as somebody who follows it in one terminal. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkoutRoot } from '../../infra/local/checkout.js';
import type { Stack } from '../../infra/local/stack/stack.js';

const run = promisify(execFile);

/** A refusal must not pass for an answer; and the door is that of this stack, whichever else runs on the machine. */
const AS_FOLLOWED = `
set -euo pipefail
shopt -s inherit_errexit
curl() { command curl --fail-with-body "$@"; echo; }
npm() { door="DOOR_\${*: -1}"; door="\${door//-/_}"; echo "\${!door}"; }
`;

export class Page {
  private next = 0;

  private constructor(
    private readonly blocks: readonly string[],
    private readonly folder: string,
    private readonly doors: Readonly<Record<string, string>>,
  ) {}

  /** @param personas whose doors the page opens */
  static async open(page: string, stack: Stack, personas: readonly string[]): Promise<Page> {
    const text = readFileSync(join(checkoutRoot(), 'docs', page), 'utf8');
    const blocks = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) => block);
    const doors: Record<string, string> = {};
    for (const persona of personas)
      doors[`DOOR_${persona.replaceAll('-', '_')}`] = [
        `export COMMANDS='${stack.apps['command-api'].url}'`,
        `export QUESTIONS='${stack.apps['query-api'].url}'`,
        `export FEEDS='${stack.apps['partner-feeds'].url}'`,
        `export TOKEN='${await stack.issuer.tokenFor(persona)}'`,
      ].join('\n');
    return new Page(blocks, await mkdtemp(join(tmpdir(), 'page-')), doors);
  }

  get left(): number {
    return this.blocks.length - this.next;
  }

  /** The next block; what it printed. Variables and functions stay for the blocks after it. */
  async follow(): Promise<string> {
    const block = this.blocks[this.next];
    if (block === undefined) throw new Error('the page has no more blocks');
    this.next += 1;
    const script = [
      AS_FOLLOWED,
      '[ -e kept ] && source ./kept',
      `set -a\n${block}\nset +a`,
      '{ export -p; declare -f; } > kept',
    ].join('\n');
    const { stdout } = await run('bash', ['-c', script], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], ...this.doors },
    }).catch((error: { stdout?: string; stderr?: string; message: string }) => {
      throw new Error(`block ${this.next} of the page failed:\n${block}\n${error.stdout ?? ''}\n${error.stderr ?? ''}`);
    });
    return stdout;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
