import { randomUUID } from 'node:crypto';
import type { Door } from '#runtime';

/** The command interface said no, or did not answer. */
export class CommandRefused extends Error {
  readonly code = 'parked.refused';
}

export interface ParkingDecisionBody {
  stream: string;
  reason: string;
  purpose: string;
  streamVersions?: number[];
}

/** Sends a decision about parked events. The caller's right to it is checked there, and the decision stands in the log. */
export async function decide(
  door: Door,
  act: 'replay' | 'discard',
  body: ParkingDecisionBody,
): Promise<{ id: string }> {
  const response = await fetch(`${door.url}/v1/parked/${act}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await door.token()}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { id?: string; title?: string; detail?: string };
  if (!response.ok || answer.id === undefined)
    throw new CommandRefused(
      `the ${act} is refused (${response.status}): ${answer.detail ?? answer.title ?? 'without a reason'}`,
    );
  return { id: answer.id };
}
