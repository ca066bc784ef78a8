/** The addresses of a test run, handed to Jest's workers through the environment, and the set that `npm run test:servers` keeps. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';

import { localPath } from '../checkout.js';
import { processFacts } from '../processes.js';
import type { ControlAddress } from './control.js';

export const CONTROL_URL = 'TEST_SERVERS_CONTROL';
export const CONTROL_TOKEN = 'TEST_SERVERS_TOKEN';
export const RUN = 'TEST_SERVERS_RUN';

/** A servers set that stays up between runs, if its process is alive. */
export interface KeptServers extends ControlAddress {
  pid: number;
  startTime: string;
}

export function keptServersFile(): string {
  return localPath('test-servers.json');
}

/** The running `npm run test:servers` of this checkout. */
export function keptServers(): KeptServers | undefined {
  let kept: KeptServers;
  try {
    kept = JSON.parse(readFileSync(keptServersFile(), 'utf8')) as KeptServers;
  } catch {
    return undefined; // there is none
  }
  return processFacts(kept.pid)?.startTime === kept.startTime ? kept : undefined;
}

export function newRun(): string {
  return randomBytes(4).toString('hex');
}

/** One question to the control. Without an agent: a kept connection would keep Jest's worker from ending. */
export async function askControl<T>(control: ControlAddress, path: string, body: object): Promise<T> {
  const text = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' };
    const question = request(new URL(path, control.url), { method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    question.on('error', reject);
    question.end(JSON.stringify(body));
  });
  const answer = JSON.parse(text.body) as T & { error?: string };
  if (text.status !== 200) throw new Error(answer.error ?? `the control of the test servers answered ${text.status}`);
  return answer;
}
