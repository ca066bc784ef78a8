/** What a TAXII client ends with: what is said by the deliveries that stand, and nothing of what was taken back. */
import type { EventLog } from '#event-log';
import type { KnownEvent } from '#events';
import { DEFINITIONS } from '../../apps/partner-feeds/stix/stix-of.js';
import { idAfterRevocations } from '../../apps/partner-feeds/stix/stix-ids.js';
import type { StixDelivery } from '../../apps/partner-feeds/stix/stix-object.js';
import { objectsOf, standingOf } from '../../apps/partner-feeds/taxii/slot-contents.js';
import type { TaxiiReader } from './channels/taxii-reader.js';
import type { ModelFeed } from './feeds-model.js';
import type { ModelDelivery } from './model-deliveries.js';

/** More often nothing is taken back in one history. */
const MOST_REVOCATIONS = 20;

export async function objectsAmiss(
  log: EventLog,
  { newest, overlooked }: Pick<TaxiiReader, 'newest' | 'overlooked'>,
  { feed, expected }: { feed: ModelFeed; expected: readonly ModelDelivery[] },
): Promise<string[]> {
  const contents = await contentsOf(log, expected);
  const standing = new Set<string>();
  const roots = new Set<string>();
  const sent = new Set<string>();
  const nodes = new Set(DEFINITIONS.map(({ id }) => id));
  /** Who is spoken of, and by which delivery first. */
  const spoken = new Map([...nodes].map((id) => [id, 0]));
  for (const { sequence, kind, cause } of expected) {
    const content = contents.get(cause.id);
    if (content === undefined || kind === 'notice') continue;
    if (feed.held.has(sequence)) for (const { id } of content.nodes) nodes.add(id);
    if (kind === 'event') for (const { id } of content.nodes) if (!spoken.has(id)) spoken.set(id, sequence);
    // What the policy of now withholds stays with who holds it until the log says why: then it is recalled.
    const stays = kind === 'event' || (feed.held.has(sequence) && feed.slots[sequence - 1]?.ended === null);
    for (const { id, ...object } of content.said) {
      roots.add(id);
      if (feed.held.has(sequence)) sent.add(id);
      if (!stays) continue;
      if (object['revoked'] === true) standing.delete(id);
      else standing.add(id);
    }
  }
  const known = new Set(nodes);
  const storyOf = (root: string): string =>
    expected
      .flatMap(({ sequence, kind, cause, text }) => {
        const said = contents.get(cause.id)?.said.find(({ id }) => id === root);
        const what = said === undefined ? '' : ` ${said['revoked'] === true ? 'ends' : 'says'} it`;
        return kind === 'notice' || said !== undefined
          ? [
              `${sequence} ${cause.body.type} ${kind}${what} held ${feed.held.has(sequence)} ${kind === 'notice' ? text : ''}`,
            ]
          : [];
      })
      .join('; ');
  const found = [...spoken].flatMap(([id, first]) =>
    newest.has(id) || overlooked.has(first) ? [] : [`${id} is spoken of, and never came`],
  );
  for (const root of roots) {
    const ids = Array.from({ length: MOST_REVOCATIONS }, (_, times) => idAfterRevocations(root, times));
    for (const id of ids) known.add(id);
    const is = ids.filter((id) => newest.has(id) && newest.get(id)?.['revoked'] !== true);
    const gone = ids.filter((id) => newest.get(id)?.['revoked'] === true);
    if (gone.length > 0 && !sent.has(root)) found.push(`${root} is taken back, and was never sent`);
    if (is.length !== (standing.has(root) ? 1 : 0))
      found.push(`${root} stands ${is.length} times: ${is.join()} by ${storyOf(root)}`);
  }
  for (const id of newest.keys()) if (!known.has(id)) found.push(`${id} is of no delivery`);
  return found;
}

/** By event. */
async function contentsOf(log: EventLog, expected: readonly ModelDelivery[]): Promise<Map<string, StixDelivery>> {
  const streams = await streamsOf(log, [...new Set(expected.map(({ cause }) => cause.stream))]);
  const ids = new Set(expected.flatMap(({ kind, cause }) => (kind === 'notice' ? [] : [cause.id])));
  const events: KnownEvent[] = [...streams.values()].flat().filter(({ id }) => ids.has(id));
  const standing = await standingOf((names) => streamsOf(log, names), events);
  return new Map(events.map((event) => [event.id, objectsOf(event, standing)]));
}

async function streamsOf(log: EventLog, streams: readonly string[]): Promise<Map<string, KnownEvent[]>> {
  const read = streams.map(async (stream): Promise<[string, KnownEvent[]]> => [stream, await log.readStream(stream)]);
  return new Map(await Promise.all(read));
}
