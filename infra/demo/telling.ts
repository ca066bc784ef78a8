import { randomUUID } from 'node:crypto';
import { ORGANISATIONS } from '../local/issuer/index.js';
import type { Report, Teller } from './scenario.js';

/** The public interfaces, as an agency's own tool would call them. */

export interface Doors {
  commandApi: string;
  queryApi: string;
  partnerFeeds: string;
  tokenFor(persona: string): Promise<string>;
}

const OPERATION = 'OP-TIDE';
const SOON_MS = 60_000;

export interface Told {
  accepted: number;
  /** References of what had been told before. */
  known: Set<string>;
  /** Id of each assertion by the teller's reference. */
  ids: Map<string, string>;
}

/** Sends one agency's reports in one bulk call. A refused line is a fault of the story and ends it. */
export async function tell(doors: Doors, teller: Teller, reports: readonly Report[]): Promise<Told> {
  const response = await fetch(`${doors.commandApi}/v1/assertions/bulk`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await doors.tokenFor(`${teller}-analyst`)}`,
      'content-type': 'application/x-ndjson',
    },
    body: reports.map((report) => `${JSON.stringify(lineOf(report))}\n`).join(''),
  });
  const told: Told = { accepted: 0, known: new Set(), ids: new Map() };
  const text = await response.text();
  if (!response.ok) throw new Error(`The command API answered ${response.status}: ${text.slice(0, 500)}`);
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const outcome = JSON.parse(line) as { outcome?: string; reference?: string; id?: string };
    if (outcome.outcome === 'refused') throw new Error(`A report of the story was refused: ${line.slice(0, 500)}`);
    if (outcome.outcome === 'accepted') told.accepted += 1;
    if (outcome.outcome === 'duplicate-of' && outcome.reference !== undefined) told.known.add(outcome.reference);
    if (outcome.reference !== undefined && outcome.id !== undefined) told.ids.set(outcome.reference, outcome.id);
  }
  return told;
}

function lineOf(report: Report): object {
  const { by, releasedTo, reference, subject, statements, grade, assessment, day } = report;
  return {
    subject,
    statements,
    grading: { scheme: '3x5x2', source: grade[0], information: grade[1] },
    marking: {
      gsc: 'OFFICIAL-SENSITIVE',
      tlp: releasedTo.length === 0 ? 'AMBER+STRICT' : 'AMBER',
      handling: ['P'],
      releasableTo: releasedTo.map((teller) => ORGANISATIONS[teller].organisation),
    },
    statementKind: assessment ? { kind: 'assessment', assessor: `${by} desk` } : { kind: 'fact' },
    time: { at: day },
    origin: reference,
    purpose: OPERATION,
    reference,
  };
}

/** Sends a command as somebody of an organisation; returns the answer, also a refusal. */
async function command(doors: Doors, persona: string, path: string, body: object): Promise<Answered> {
  const response = await fetch(`${doors.commandApi}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await doors.tokenFor(persona)}`,
      'content-type': 'application/json',
      'idempotency-key': `"${randomUUID()}"`,
    },
    body: JSON.stringify({ ...body, purpose: OPERATION }),
  });
  return { status: response.status, ok: response.ok, text: await response.text() };
}

interface Answered {
  status: number;
  ok: boolean;
  text: string;
}

/** A command that the story needs: a refusal is a fault of the story and ends it. */
export async function ordered<Answer>(doors: Doors, persona: string, path: string, body: object = {}): Promise<Answer> {
  const answer = await command(doors, persona, path, body);
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${answer.text.slice(0, 500)}`);
  return JSON.parse(answer.text) as Answer;
}

/** Looks at something as somebody of an organisation. */
export async function asked<Answer>(
  doors: Doors,
  persona: string,
  path: string,
  door: 'commandApi' | 'partnerFeeds' = 'commandApi',
): Promise<Answer> {
  const response = await fetch(`${doors[door]}${path}`, {
    headers: { authorization: `Bearer ${await doors.tokenFor(persona)}`, 'breakwater-purpose': OPERATION },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as Answer;
}

/** Takes a report back. A story that was told before has taken it back already. */
export async function withdraw(doors: Doors, teller: Teller, id: string, reason: string): Promise<void> {
  const answer = await command(doors, `${teller}-analyst`, `/v1/assertions/${id}/withdraw`, { reason });
  if (answer.ok || answer.status === 409) return;
  throw new Error(`The withdrawal was answered with ${answer.status}: ${answer.text.slice(0, 500)}`);
}

/** What one agency kept to itself, handed over to another: its analyst proposes, its authoriser approves, a copy goes out. */
export async function handOver(doors: Doors, from: Teller, item: string, to: Teller): Promise<void> {
  const { release } = await ordered<{ release: string }>(doors, `${from}-analyst`, '/v1/releases', {
    item,
    // What is AMBER+STRICT never leaves as it is (R9).
    form: 'sanitised',
    statements: [{ index: 0 }],
    tlp: 'AMBER',
    recipients: [ORGANISATIONS[to].organisation],
  });
  await ordered(doors, `${from}-authoriser`, `/v1/releases/${release}/approve`);
  await ordered(doors, `${from}-analyst`, `/v1/releases/${release}/carry-out`);
}

export interface Cluster {
  found: boolean;
  asOf: string;
  lagSeconds: number;
  truncated: boolean;
  members?: {
    entity: { kind: string; value?: string; key?: string };
    distance: number;
    links?: { relation: string }[];
  }[];
}

/** Asks for the cluster of a number as somebody of an organisation would. */
export function clusterOf(doors: Doors, persona: string, number: string): Promise<Cluster> {
  return question(doors, persona, 'cluster', { seed: { value: number }, limit: 200 });
}

export async function question<Answer>(doors: Doors, persona: string, name: string, asked: object): Promise<Answer> {
  const response = await fetch(`${doors.queryApi}/v1/questions/${name}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await doors.tokenFor(persona)}`,
      'content-type': 'application/json',
      'breakwater-purpose': OPERATION,
    },
    body: JSON.stringify(asked),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The question was answered with ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as Answer;
}

/** Waits until the graph holds everything that was recorded before a time. */
export async function untilGraphHolds(doors: Doors, persona: string, number: string, recorded: Date): Promise<void> {
  const wanted = Math.ceil(recorded.getTime() / 1000) * 1000;
  const giveUp = Date.now() + SOON_MS;
  for (;;) {
    const { asOf, lagSeconds } = await clusterOf(doors, persona, number);
    if (lagSeconds === 0 && Date.parse(asOf) >= wanted) return;
    if (Date.now() > giveUp)
      throw new Error(
        `After ${SOON_MS / 1000} s the graph stands at ${asOf}, ${lagSeconds} s behind: see the logs of event-relay and graph-projector.`,
      );
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
