/** Referrals that have reached their platform, as the events and rows that they leave, a hundred to an append. */
import { createHash, randomUUID } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { keepCases, locate, requestRemovals, type CaseAct } from '#casework';
import type { EventLog, LogReads, Prepared, StreamWrite } from '#event-log';
import { bodyOf, type EventBody, type EventDraft, type Marking, type RemovalRequest } from '#events';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { EntityNames } from '../../apps/command-api/assertions/entity-names.js';

const AGENCY = ORGANISATIONS.coastal.organisation;
const PLATFORM = ORGANISATIONS.lumen.organisation;
/** Five events each: an append takes five hundred. */
const AT_ONCE = 100;

const MARKING: Marking = {
  gsc: 'OFFICIAL',
  tlp: 'AMBER',
  handling: ['P'],
  conditions: [],
  releasableTo: [],
  originator: AGENCY,
  compartment: null,
};

/** One referral for each link. */
export async function referAll(log: EventLog, names: EntityNames, links: readonly string[]): Promise<void> {
  for (let from = 0; from < links.length; from += AT_ONCE) {
    const part = links.slice(from, from + AT_ONCE);
    await log.transact((read) => prepare(read, names, part));
  }
}

async function prepare(read: LogReads, names: EntityNames, links: readonly string[]): Promise<Prepared<void>> {
  const now = new Date();
  const act: CaseAct = {
    actor: { organisation: AGENCY, user: 'bench', role: 'referrer' },
    purpose: 'bench',
    now,
    newId: uuid,
  };
  const referrals = links.map((link) => referralOf(link, act));
  const removals = await requestRemovals(
    read,
    {
      platform: PLATFORM,
      gsc: MARKING.gsc,
      requests: referrals.map(({ item, request }) => ({
        entity: names.of(item.location.kind, item.location.key),
        item,
        request,
      })),
    },
    act,
  );
  return {
    append: [...referrals.map(({ write }) => write), ...removals],
    afterwards: (write, appended) => keepCases(write, appended, (kind, key) => names.of(kind, key)),
  };
}

function referralOf(link: string, act: CaseAct) {
  const referral = uuid();
  const located = locate('post', link);
  if ('faults' in located) throw new Error(`the link of a benchmark names nothing: ${link}`);
  const item = { kind: 'post' as const, location: located.location };
  const at = act.now.toISOString();
  const evidence = [
    { sha256: createHash('sha256').update(link).digest('hex'), capturedAt: at, custody: 'evidence store 4/17' },
  ];
  const terms = {
    instrument: 'voluntary-referral',
    ground: { basis: 'terms' as const, provision: 'Community rules: human smuggling' },
    theme: 'boat-crossing' as const,
    urgency: 'routine' as const,
    territory: ['GB'],
    explanation: 'Offers places in a boat, with a price for each person.',
  };
  const content = { platform: PLATFORM, ...terms, items: [{ ...item, evidence }] };
  const decision = { policy: 1, at, reasons: [], permissions: [], of: [] };
  const { instrument, theme } = terms;
  const bodies: EventBody[] = [
    bodyOf('referral.drafted', { referral, content }),
    bodyOf('referral.check-requested', { referral, until: at, decision }),
    bodyOf('referral.cleared', { referral, by: 'window-passed' }),
    bodyOf('referral.submitted', { referral, platform: PLATFORM, instrument, theme, receivedAt: at, items: [item] }),
  ];
  const write: StreamWrite = {
    stream: `referral-${referral}`,
    expectedVersion: 0,
    source: AGENCY,
    events: bodies.map((body) => draftOf(body, act)),
  };
  const request: RemovalRequest = { referral, item: 0, organisation: AGENCY, ...terms, evidence, receivedAt: at };
  return { write, item, request };
}

function draftOf(body: EventBody, { actor, purpose, now }: CaseAct): EventDraft {
  return {
    id: uuid(),
    body,
    time: { at: `${now.toISOString().slice(0, 19)}Z`, precision: 'second' },
    actor,
    purpose,
    basis: [],
    statementKind: { kind: 'fact' },
    marking: MARKING,
    correlationId: randomUUID(),
  };
}
