import { createHash } from 'node:crypto';
import type { EventBody, RecordedEvent } from '#events';
import type { LogWrites } from '#event-log';
import { referralFrom } from '../referral/evolve.js';
import type { RemovalHistory } from '../removal/state.js';
import { agencyFacts, type CaseFact } from './case-fact.js';
import { platformFacts } from './platform-facts.js';

/** Events after which a figure may be another one. */
const COUNTED: readonly EventBody['type'][] = [
  'referral.submitted',
  'referral.answered',
  'referral.information-given',
  'referral.finding-recorded',
  'referral.withdrawn',
  'referral.closed',
  'removal.requested',
  'removal.joined',
  'removal.acknowledged',
  'removal.information-asked',
  'removal.information-given',
  'removal.request-withdrawn',
  'removal.decided',
  'removal.reported',
  'removal.corrected',
  'removal.appeal-opened',
  'removal.appeal-decided',
];

/**
 * Keeps what both sides' records say after this append. Nothing is overwritten: what changed is superseded, and stands anew
 * with its date, so that a figure of last month can be counted again as it was.
 */
export async function keepFacts(write: LogWrites, recorded: readonly RecordedEvent[]): Promise<void> {
  const counted = recorded.filter(({ body }) => COUNTED.includes(body.type as EventBody['type']));
  if (counted.length === 0) return;
  const begun = begunNow(counted, recorded);
  const changed = await changedNow(write, counted, begun);
  const at = recorded[0]!.recordedTime;
  if (changed.cases.length > 0)
    await write.query(SUPERSEDE, [at, changed.cases, ...changed.facts.reduce(addKey, [[], [], [], []])]);
  if (changed.facts.length > 0) await write.query(INSERT_WHERE_NONE_STANDS, [at, ...columnsOf(changed.facts)]);
  const anew = [...begun.values()].flat();
  if (anew.length > 0) await write.query(INSERT, [at, ...columnsOf(anew)]);
}

/** Removals that begin in this append hold nothing but what is at hand: a batch of ten thousand reads nothing. */
function begunNow(counted: readonly RecordedEvent[], recorded: readonly RecordedEvent[]): Map<string, CaseFact[]> {
  const begun = new Set(
    counted.filter(({ stream, streamVersion }) => streamVersion === 1 && isRemoval(stream)).map(({ stream }) => stream),
  );
  const events = new Map<string, RecordedEvent[]>([...begun].map((stream) => [stream, []]));
  for (const event of recorded) events.get(event.stream)?.push(event);
  return new Map([...events].map(([stream, all]) => [stream, platformFacts(all as readonly RemovalHistory[])]));
}

async function changedNow(
  write: LogWrites,
  counted: readonly RecordedEvent[],
  begun: ReadonlyMap<string, unknown>,
): Promise<{ cases: string[]; facts: CaseFact[] }> {
  const streams = [...new Set(counted.map(({ stream }) => stream))].filter((stream) => !begun.has(stream));
  if (streams.length === 0) return { cases: [], facts: [] };
  const histories = await write.readStreams(streams);
  const facts = [...histories].flatMap(([stream, events]) => {
    if (isRemoval(stream)) return platformFacts(events as readonly RemovalHistory[]);
    const state = referralFrom(events);
    return state.status === 'absent' ? [] : agencyFacts(state);
  });
  return { cases: streams.map((stream) => stream.slice(stream.indexOf('-') + 1)), facts };
}

function isRemoval(stream: string): boolean {
  return stream.startsWith('removal-');
}

function addKey([cases, requests, items, contents]: unknown[][], fact: CaseFact): unknown[][] {
  cases!.push(fact.caseId);
  requests!.push(fact.referral ?? fact.caseId);
  items!.push(fact.item);
  contents!.push(contentOf(fact));
  return [cases!, requests!, items!, contents!];
}

/** Equal facts have equal content: an append that changed nothing of an item leaves its fact alone. */
function contentOf(fact: CaseFact): string {
  const fields = Object.entries(fact).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('base64url').slice(0, 22);
}

function columnsOf(facts: readonly CaseFact[]): unknown[][] {
  return [
    facts.map(({ side }) => side),
    facts.map(({ caseId }) => caseId),
    facts.map(({ referral, caseId }) => referral ?? caseId),
    facts.map(({ referral }) => referral ?? null),
    facts.map(({ item }) => item),
    facts.map(({ organisation }) => organisation ?? null),
    facts.map(({ platform }) => platform),
    facts.map(({ audience }) => audience),
    facts.map(({ itemKind }) => itemKind),
    facts.map(({ theme }) => theme ?? null),
    facts.map(({ instrument }) => instrument ?? null),
    facts.map(({ language }) => language ?? null),
    facts.map(({ territory }) => territory.join(',')),
    facts.map(({ receivedAt }) => receivedAt),
    facts.map(({ acknowledgedAt }) => acknowledgedAt ?? null),
    facts.map(({ decidedAt }) => decidedAt ?? null),
    facts.map(({ effectiveAt }) => effectiveAt ?? null),
    facts.map(({ status }) => status),
    facts.map(({ result }) => result ?? null),
    facts.map(({ effect }) => effect ?? null),
    facts.map(({ reason }) => reason ?? null),
    facts.map(({ appeal }) => appeal),
    facts.map(({ finding }) => finding ?? null),
    facts.map(({ told }) => told ?? null),
    facts.map(({ dueAt }) => dueAt ?? null),
    facts.map(({ deadline }) => deadline ?? null),
    facts.map(contentOf),
  ];
}

/** What no longer stands as it did, or no longer stands here. A clock that went back ends nothing before it began. */
const SUPERSEDE = `
  UPDATE case_facts AS kept SET superseded_at = greatest(kept.recorded_at, $1::timestamptz)
   WHERE kept.case_id = ANY ($2::uuid[]) AND kept.superseded_at = 'infinity' AND NOT EXISTS (
     SELECT FROM unnest($3::uuid[], $4::uuid[], $5::smallint[], $6::text[]) AS now (case_id, request, item, content)
      WHERE now.case_id = kept.case_id AND now.request = kept.request AND now.item = kept.item AND now.content = kept.content)`;

const INSERT = `
  INSERT INTO case_facts (recorded_at, side, case_id, request, referral, item, organisation, platform, audience, item_kind,
    theme, instrument, language, territory, received_at, acknowledged_at, decided_at, effective_at, status, result, effect,
    reason, appeal, finding, told, due_at, deadline, content)
  SELECT $1::timestamptz, side, case_id, request, referral, item, organisation, platform, audience, item_kind, theme,
    instrument, language, string_to_array(territory, ','), received_at, acknowledged_at, decided_at, effective_at, status,
    result, effect, reason, appeal, finding, told, due_at, deadline, content
    FROM unnest($2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::smallint[], $7::uuid[], $8::uuid[], $9::bigint[],
      $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::timestamptz[], $16::timestamptz[],
      $17::timestamptz[], $18::timestamptz[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[],
      $24::text[], $25::text[], $26::timestamptz[], $27::text[], $28::text[])
      AS now (side, case_id, request, referral, item, organisation, platform, audience, item_kind, theme, instrument,
        language, territory, received_at, acknowledged_at, decided_at, effective_at, status, result, effect, reason,
        appeal, finding, told, due_at, deadline, content)`;

/** A look-up for each row: as a join it would be planned once, on a small table, and read all of a large one. */
const INSERT_WHERE_NONE_STANDS = `${INSERT}
   WHERE (SELECT kept.item FROM case_facts kept
      WHERE kept.case_id = now.case_id AND kept.request = now.request AND kept.item = now.item
        AND kept.superseded_at = 'infinity') IS NULL`;
