import type { TestFeed } from '../test-collection/test-feed.js';
import { revoked } from '../stix/revoked.js';
import { stixOf } from '../stix/stix-of.js';
import type { StixDelivery, StixObject } from '../stix/stix-object.js';
import { isDefinition, type CollectedObject, type Collection } from './collection.js';
import { IndexRows, versionOf } from './index-rows.js';
import { instantText } from './instants.js';
import { definitionsWanted, type Wanted } from './object-rows.js';

/** Id of the test collection: TAXII clients build addresses from it, and want a UUID. */
export const EXAMPLE_COLLECTION = '00000000-0000-4000-8000-000000000001';

/** As many as there can be. */
const ALL = 1_000;

/** The test collection in TAXII: small and for ever the same, so it is listed anew each time. */
export class ExampleCollection implements Collection {
  readonly id = EXAMPLE_COLLECTION;

  constructor(private readonly feed: TestFeed) {}

  async page(wanted: Wanted): Promise<CollectedObject[]> {
    const definitions = definitionsWanted(wanted).flatMap((row) =>
      isDefinition(row) ? [{ ...row, object: row.definition }] : [],
    );
    const { after, ids, types, versions, specKept } = wanted;
    const all = (await this.all()).filter(
      ({ object: { id, type } }) => specKept && ids?.includes(id) !== false && types?.includes(type) !== false,
    );
    const wantedVersion = ({ object: { id }, version }: CollectedObject): boolean => {
      const known = all.filter(({ object }) => object.id === id).map((one) => one.version);
      return (
        versions === 'all' ||
        versions.at.includes(version) ||
        (versions.last && version === Math.max(...known)) ||
        (versions.first && version === Math.min(...known))
      );
    };
    const listed = all.filter((one) => one.added > after && wantedVersion(one));
    return [...definitions, ...listed].slice(0, wanted.limit + 1);
  }

  private async all(): Promise<CollectedObject[]> {
    const deliveries = await this.feed.read({ after: 0, limit: ALL });
    const recalled = new Set(
      deliveries.flatMap((one) => ('notice' in one && one.notice.notice === 'recall' ? one.notice.deliveries : [])),
    );
    const objects = new Map<string, StixDelivery>(
      deliveries.flatMap((one) => ('event' in one ? [[one.delivery, stixOf(one.event)] as const] : [])),
    );
    const rows = new IndexRows(new Map(), new Map());
    const contents: StixObject[] = [];
    for (const one of deliveries) {
      const before = rows.all.length;
      if ('event' in one) {
        const { nodes, said } = objects.get(one.delivery)!;
        rows.event(one, { nodes, said });
        contents.push(...nodes, ...said);
      } else if ('notice' in one && one.notice.notice === 'recall') {
        const taken = one.notice.deliveries.flatMap((delivery) => objects.get(delivery)?.said ?? []);
        rows.recall({ ...one, position: 0, named: [] }, { taken, instead: [], still: [] }, instantText(one.added));
        contents.push(
          ...rows.all.slice(before).map(({ root, version }) => {
            return revoked(
              taken.find(({ id }) => id === root)!,
              instantText(version),
            );
          }),
        );
      }
    }
    const gone = new Set(deliveries.filter(({ delivery }) => recalled.has(delivery)).map(({ sequence }) => sequence));
    const seen = new Set<string>();
    return rows.all.flatMap(({ added, sequence, id, version }, i) => {
      const object = contents[i]!;
      const name = `${id} ${versionOf(object)}`;
      if (gone.has(sequence) || seen.has(name)) return [];
      seen.add(name);
      return [{ added, version, object }];
    });
  }
}
