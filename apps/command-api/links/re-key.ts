import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, maySee } from '#access';
import type { EventLog, LogReads } from '#event-log';
import { Refusal } from '#events';
import { IDENTIFIERS_VERSION } from '#identifiers';
import { newId } from '#runtime';
import { assertionFrom } from '../assertions/assertion-state.js';
import type { Assertor } from '../assertions/assertor.js';
import { basisOf } from '../assertions/basis.js';
import { EntityNames } from '../assertions/entity-names.js';
import { auditOf, keepMade, newStream, streamOf } from '../assertions/made-together.js';
import { ASSERTION_REFERENCES } from '../assertions/references.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { contentOfReKeying, reKeyingDraft, reKeyingsOf, type ReKeying } from './re-keying.js';

export class ReKey extends Command<Answered> {
  constructor(
    readonly by: Assertor,
    readonly call: IdempotentCall,
    /** `after`: id of the last assertion that an earlier call has read. */
    readonly given: { purpose: string; after?: string },
  ) {
    super();
  }
}

/** Own assertions read by one call: their streams are read whole, and an append takes a few hundred events. */
const MOST_READ = 500;
/** Log positions looked through at a time, on the way to the next of one's own. */
const WINDOW = 20_000;

const PLACE = `
  SELECT l.position
    FROM events e JOIN markings m ON m.audience = e.audience JOIN log_positions l ON l.seq = e.seq
   WHERE e.id = $1 AND e.type = 'assertion.made' AND m.marking ->> 'originator' = $2`;

const OWN = `
  SELECT l.position, e.id
    FROM log_positions l, LATERAL (SELECT v.id, v.type, v.audience FROM events v WHERE v.seq = l.seq OFFSET 0) AS e
   WHERE l.position > $1 AND l.position <= $2 AND e.type = 'assertion.made'
     AND e.audience IN (SELECT m.audience FROM markings m WHERE m.marking ->> 'originator' = $3)
   ORDER BY l.position LIMIT $4`;

const HEAD = 'SELECT head FROM log_sequenced';

@CommandHandler(ReKey)
export class ReKeyHandler implements ICommandHandler<ReKey> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
  ) {}

  execute(command: ReKey): Promise<Answered> {
    const { by, call, given } = command;
    return once(this.log, { viewer: by.viewer, call, purpose: given.purpose }, (read) => this.decided(read, command));
  }

  private async decided(read: LogReads, { by, given }: ReKey): Promise<Decided> {
    const { organisation } = by.viewer;
    const { ids, isLast } = await ownAssertions(read, organisation, given.after);
    // Locked before they are read: what one rests on is regraded before this, or after it, and then narrows it too.
    const basis = await basisOf(read, ids);
    const histories = await read.readStreams(ids.map(streamOf));
    const found = [...histories.values()].flatMap((events) => {
      const state = assertionFrom(events);
      return state.status === 'standing' && maySee(by.viewer, state.marking).see ? reKeyingsOf(state) : [];
    });
    const known = await ASSERTION_REFERENCES.known(
      read,
      organisation,
      found.map(({ reference }) => reference),
    );
    const made = found.filter(({ reference }) => !known.has(reference));
    const now = new Date();
    const drafts = made.map((one) =>
      reKeyingDraft(one, {
        ...{ id: newId(), by, purpose: given.purpose, now },
        keyOf: (kind, key) => this.names.of(kind, key),
      }),
    );
    const last = ids.at(-1);
    return {
      append: drafts.map(newStream),
      answer: () => ({
        status: 200,
        body: {
          identifiers: IDENTIFIERS_VERSION,
          read: ids.length,
          reKeyed: made.map((one, at) => this.told(one, drafts[at]!.id)),
          ...(isLast || last === undefined ? {} : { after: last }),
        },
      }),
      audit: drafts.length === 0 ? [] : auditOf(drafts, given.purpose, by.viewer),
      alsoWrite: (write) =>
        Promise.all([
          ASSERTION_REFERENCES.keep(
            write,
            organisation,
            made.map((one, at) => ({
              ...{ reference: one.reference, id: drafts[at]!.id, content: contentOfReKeying(one) },
            })),
          ),
          keepMade(write, drafts, basis, this.names),
        ]),
    };
  }

  private told({ said, from, to }: ReKeying, id: string): object {
    const { kind } = from;
    return { id, named: said.made.id, kind, from: this.names.of(kind, from.key), to: this.names.of(kind, to.key) };
  }
}

/** In the order of the log. @throws {@link Refusal} `re-keying.after-unknown` */
async function ownAssertions(
  read: LogReads,
  organisation: string,
  after: string | undefined,
): Promise<{ ids: string[]; isLast: boolean }> {
  let place = 0;
  if (after !== undefined) {
    const [row] = await read.query<{ position: string }>(PLACE, [after, organisation]);
    if (row === undefined) throw afterUnknown();
    place = Number(row.position);
  }
  const [{ head } = { head: 0 }] = await read.query<{ head: number }>(HEAD, []);
  const ids: string[] = [];
  for (; place < head && ids.length <= MOST_READ; place += WINDOW) {
    const most = MOST_READ + 1 - ids.length;
    const rows = await read.query<{ id: string }>(OWN, [place, place + WINDOW, organisation, most]);
    ids.push(...rows.map(({ id }) => id));
  }
  return { ids: ids.slice(0, MOST_READ), isLast: ids.length <= MOST_READ };
}

function afterUnknown(): Refusal {
  const detail = 'is no assertion of your organisation; leave it out to begin at the first';
  return new Refusal('InvalidInput', 're-keying.after-unknown', 'The re-keying cannot go on from there.', [
    { pointer: '/after', code: 're-keying.after-unknown', detail },
  ]);
}
