import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';

/**
 * An agency that keeps sending while things break: bulk calls and single commands, each repeated with the same references and
 * keys until it is answered. What was acknowledged is remembered, because that is what must never be lost.
 */
export interface SteadyLoad {
  /** Ids acknowledged so far, by the sender's reference. */
  readonly acknowledged: ReadonlyMap<string, string>;
  /** Acknowledgements that named another id than an earlier one for the same reference: an effect that happened twice. */
  readonly contradictions: string[];
  /** Why the load ended by itself: the command API refused something that is right. */
  failure(): Error | undefined;
  stop(): Promise<void>;
}

export interface Target {
  commandApi: string;
  token(): Promise<string>;
}

const LINES_A_CALL = 20;
const ANSWER_WITHIN_MS = 15_000;
const AGAIN_AFTER_MS = 150;
/** Between two calls: a steady sender, and processors left for what is being proved. */
const PACE_MS = 200;

export function startLoad(target: Target, prefix: string): SteadyLoad {
  const acknowledged = new Map<string, string>();
  const contradictions: string[] = [];
  let stopping = false;
  const acknowledge = (reference: string, id: string): void => {
    const before = acknowledged.get(reference);
    if (before !== undefined && before !== id) contradictions.push(`${reference}: ${before}, then ${id}`);
    acknowledged.set(reference, id);
  };

  /** Repeats until answered; a stop ends it between two tries, when nothing of it was acknowledged or all of it is known. */
  const insist = async (send: () => Promise<boolean>): Promise<void> => {
    for (;;) {
      const answered = await send().catch((error: unknown) => {
        if (error instanceof Refused) throw error;
        return false;
      });
      if (answered || stopping) return;
      await pause(AGAIN_AFTER_MS);
    }
  };

  const bulk = async (): Promise<void> => {
    for (let call = 0; !stopping; call++) {
      const references = Array.from({ length: LINES_A_CALL }, (_, line) => `${prefix}/bulk/${call}/${line}`);
      await insist(() => sendBulk(target, references, acknowledge));
      await pause(PACE_MS);
    }
  };
  const singles = async (): Promise<void> => {
    for (let call = 0; !stopping; call++) {
      const key = randomUUID();
      await insist(() => sendOne(target, `${prefix}/one/${call}`, key, acknowledge));
      await pause(PACE_MS);
    }
  };
  const work = Promise.all([bulk(), singles()]);
  let failed: Error | undefined;
  work.catch((error: Error) => (failed = error)); // told by failure() and stop()
  return {
    acknowledged,
    contradictions,
    failure: () => failed,
    stop: async () => {
      stopping = true;
      await work;
    },
  };
}

/** The command API said no to something that is right: waiting cannot help. */
class Refused extends Error {}

async function post(target: Target, path: string, headers: Record<string, string>, body: string): Promise<Response> {
  return fetch(`${target.commandApi}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await target.token()}`, ...headers },
    body,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
}

async function sendBulk(
  target: Target,
  references: string[],
  acknowledge: (reference: string, id: string) => void,
): Promise<boolean> {
  const lines = references.map((reference, index) => `${JSON.stringify(report(reference, index))}\n`).join('');
  const response = await post(target, '/v1/assertions/bulk', { 'content-type': 'application/x-ndjson' }, lines);
  if (!response.ok) return refusedForGood(response);
  let complete = false;
  for (const line of (await response.text()).split('\n')) {
    const answer =
      line === ''
        ? {}
        : (JSON.parse(line) as { outcome?: string; reference?: string; id?: string; summary?: { complete: boolean } });
    if (answer.outcome === 'refused') throw new Refused(line);
    if (answer.reference !== undefined && answer.id !== undefined) acknowledge(answer.reference, answer.id);
    if (answer.summary !== undefined) complete = answer.summary.complete;
  }
  return complete;
}

async function sendOne(
  target: Target,
  reference: string,
  key: string,
  acknowledge: (reference: string, id: string) => void,
): Promise<boolean> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': `"${key}"` };
  const response = await post(target, '/v1/assertions', headers, JSON.stringify(report(reference, 0)));
  if (!response.ok) return refusedForGood(response);
  acknowledge(reference, ((await response.json()) as { id: string }).id);
  return true;
}

/** An outage and a command that still runs are answered later; anything else is a fault of the test or of the API. */
async function refusedForGood(response: Response): Promise<false> {
  const text = await response.text();
  if (response.status >= 500 || response.status === 409 || response.status === 429) return false;
  throw new Refused(`${response.status} ${text.slice(0, 500)}`);
}

function report(reference: string, index: number): object {
  return {
    subject: { kind: 'account', value: String(9_000_000 + index), platform: 'instagram' },
    statements: [
      {
        relation: 'USES_NUMBER',
        object: { kind: 'phone-number', value: `+44 7700 900${String(100 + (index % 20))}` },
        from: '2026-03',
      },
      { relation: 'STATED', property: 'language', value: 'ckb' },
    ],
    grading: { scheme: '3x5x2', source: '2', information: 'B' },
    // Released to another organisation, so that somebody can be shown what is not theirs.
    marking: { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'], releasableTo: [ORGANISATIONS.border.organisation] },
    statementKind: { kind: 'fact' },
    time: { at: '2026-03-09' },
    purpose: 'OP-TIDE',
    reference,
  };
}
