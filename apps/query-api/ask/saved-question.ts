import type { Door } from '#runtime';
import { AskFailed } from './ask-failed.js';
import { shown } from './display-text.js';
import { callFor } from './query-client.js';

/** A question that an operation has kept, found by its name. */
export interface SavedQuestion {
  saved: string;
  name: string;
  question: string;
  terms: Record<string, unknown>;
}

interface SavedPage {
  saved: Omit<SavedQuestion, 'terms'>[];
  after?: string;
}

/** The newest of that name: nobody keeps names unique, since others may not know of one. */
export async function findSaved(door: Door, purpose: string, operation: string, name: string): Promise<SavedQuestion> {
  const wanted = name.trim().toLowerCase();
  const names: string[] = [];
  for (let after = ''; ;) {
    const address = `/v1/saved-questions?${new URLSearchParams({ operation, limit: '200', ...(after === '' ? {} : { after }) }).toString()}`;
    const page = await callFor<SavedPage>(door, `GET ${address}`, purpose);
    const found = page.saved.find((one) => one.name.trim().toLowerCase() === wanted);
    if (found !== undefined) return callFor(door, `GET /v1/saved-questions/${found.saved}`, purpose);
    names.push(...page.saved.map((one) => shown(one.name)));
    if (page.after === undefined) break;
    after = page.after;
  }
  const known = names.length === 0 ? 'has kept none that you may see' : `has: ${names.slice(0, 20).join(', ')}`;
  throw new AskFailed(`No question "${shown(name)}" is kept for ${shown(operation)}; it ${known}.`);
}
