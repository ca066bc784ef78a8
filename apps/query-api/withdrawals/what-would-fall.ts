import { PRESENT } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import { nothing, type Drawn, type PageTerms, type Question } from '../reading/question.js';
import { OriginNumbers } from '../reading/statement-view.js';
import { notValid } from '../terms/continuation.js';
import type { Reading } from '../terms/seed.js';
import { HELD } from '../questions/cluster-graph.js';
import type { ClusterBounds } from '../questions/cluster-walk.js';
import { clusterWithout } from './cluster-without.js';
import {
  claimsAfterwards,
  falling,
  nameOf,
  totalsOf,
  type ClaimAfterwards,
  type Fallen,
  type WhatWouldFall,
} from './fall-answer.js';
import { SAID_AT, SUPPORT } from './fall-graph.js';
import type { LogOfSources, SaidInLog } from './said-in-log.js';
import { STATING_STREAMS } from './stating.js';

/**
 * What would fall if a source were withdrawn: the statements that go back to it, what rests on them, which claims would be left
 * without any independent origin, and who would leave the cluster of a seed. Only among what the viewer may see: that others
 * say the same of the same origin, or rest on it, is not told.
 */

export interface WhatWouldFallTerms extends PageTerms {
  /** One of the two: an origin as it was named, or the id of an assertion, referral or removal. */
  source: { origin: string } | { assertion: string };
  log: LogOfSources;
  /** Whose cluster is compared. */
  seed?: readonly Reading[];
  validity: Validity;
  bounds: ClusterBounds;
}

/** Events of the source, and of what rests on them, that are looked at. */
export const MOST_EVENTS = 2_000;
async function draw(reader: Reader, terms: WhatWouldFallTerms): Promise<Drawn<WhatWouldFall>> {
  const { source, log } = terms;
  const named =
    'origin' in source
      ? await log.ofOrigin(source.origin, reader, MOST_EVENTS + 1)
      : await log.ofStreams(streamsNamed(source.assertion), reader);
  const first = await statementsOf(reader, named.slice(0, MOST_EVENTS));
  if (first.length === 0) return nothing({ found: false }, inVain(terms));
  const streams = [...new Set(first.map(({ stream }) => stream))];
  const edges = await log.restingOn(streams, reader, MOST_EVENTS + 1);
  const derived = [...new Set(edges.map((edge) => edge.derived))].filter((stream) => !streams.includes(stream));
  const resting = await statementsOf(reader, await log.ofStreams(derived.slice(0, MOST_EVENTS), reader));
  const standing = new Set([...first, ...resting].map(({ stream }) => stream));
  const basesOf = (stream: string): string[] =>
    edges
      .flatMap(({ basis, derived: by }) => (by === stream && standing.has(basis) ? [assertionOf(basis)] : []))
      .sort();
  const fallen: Fallen[] = [
    ...first.map((one): Fallen => ({ ...one, because: 'goes-back-to-it', restsOn: [] })),
    ...resting.map((one): Fallen => ({ ...one, because: 'rests-on-it', restsOn: basesOf(one.stream) })),
  ];
  const gone = new Set(fallen.map(({ row }) => row.pos));
  const claims = await claimsOf(reader, fallen, gone);
  const [offset, previous] = (terms.after ?? [0, '']) as [number, string];
  // The page before ended elsewhere: rights have changed meanwhile, and going on would skip or repeat.
  if (offset > 0 && (fallen[offset - 1] === undefined || nameOf(fallen[offset - 1]!) !== previous)) throw notValid();
  const shown = fallen.slice(offset, offset + terms.limit);
  const cluster =
    offset > 0 || terms.seed === undefined ? undefined : await clusterWithout(reader, terms.seed, [...gone], terms);
  const more = fallen.length > offset + shown.length;
  const boundedBy: WhatWouldFall['boundedBy'] = [
    ...(named.length > MOST_EVENTS ? (['statements'] as const) : []),
    ...(edges.length > MOST_EVENTS || derived.length > MOST_EVENTS ? (['resting'] as const) : []),
  ];
  return {
    ids: [
      ...new Set([
        ...shown.flatMap(({ row }) => [row.here, row.other]),
        ...(cluster?.found === false ? idsOf(terms.seed) : []),
        ...[cluster?.entity, ...(cluster?.leave ?? []), ...(cluster?.join ?? [])].flatMap((one) => one?.id ?? []),
      ]),
    ],
    positions: shown.map(({ row }) => row.pos),
    truncated: more || boundedBy.length > 0 || cluster?.boundedBy !== undefined,
    ...(more ? { after: [offset + shown.length, nameOf(shown.at(-1)!)] } : {}),
    finish: (sources) => {
      const origins = new OriginNumbers();
      return {
        found: true,
        totals: totalsOf(fallen, claims),
        falls: shown.map((one) => falling(one, claims, sources, origins)),
        ...(cluster === undefined ? {} : { cluster }),
        ...(boundedBy.length === 0 ? {} : { boundedBy }),
      };
    },
  };
}

/** An origin is a name of its source, and stands in no audit; a record and a seed have ids. */
function inVain({ source, seed }: WhatWouldFallTerms): string[] {
  return [...('assertion' in source ? [source.assertion.toLowerCase()] : []), ...new Set(idsOf(seed))];
}

function idsOf(seed: readonly Reading[] = []): string[] {
  return seed.map(({ id }) => id);
}

/** An answer names the record of a case by its id, as it names an assertion. */
function streamsNamed(id: string): string[] {
  return STATING_STREAMS.map((kind) => `${kind}-${id.toLowerCase()}`);
}

function assertionOf(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}

type Stated = Pick<Fallen, 'row' | 'subject'> & { stream: string };

/** Those statements of the events that stand for this viewer. */
async function statementsOf(reader: Reader, events: readonly SaidInLog[]): Promise<Stated[]> {
  if (events.length === 0) return [];
  const bySubject = new Map(events.map((event) => [`${event.position} ${event.subject.id}`, event]));
  const rows = await reader.rows(SAID_AT, {
    ones: events.map(({ subject }) => subject.id),
    positions: events.map(({ position }) => position),
  });
  return rows.flatMap((row): Stated[] => {
    const event = bySubject.get(`${row.pos} ${row.here}`);
    return event === undefined ? [] : [{ row, subject: event.subject, stream: event.stream }];
  });
}

/** By claim: what supports it now, and what would. */
async function claimsOf(
  reader: Reader,
  fallen: readonly Fallen[],
  gone: ReadonlySet<number>,
): Promise<Map<string, ClaimAfterwards>> {
  const pairs = [...new Map(fallen.map(({ row }) => [`${row.here} ${row.other}`, row])).values()];
  const ones = pairs.map(({ here }) => here);
  const others = pairs.map(({ other }) => other);
  return claimsAfterwards(fallen, pairs, await reader.rows(SUPPORT, { ones, others }), gone);
}

export const WHAT_WOULD_FALL: Question<WhatWouldFallTerms, WhatWouldFall> = {
  name: 'what-would-fall',
  fetches: [PRESENT, SAID_AT, SUPPORT, HELD],
  draw,
};
