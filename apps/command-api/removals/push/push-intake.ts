import { Injectable } from '@nestjs/common';
import type { Viewer } from '#access';
import { PlatformActs, removalStream } from '#casework';
import type { LogReads } from '#event-log';
import { newId } from '#runtime';
import type { Refusal } from '#events';
import { EntityNames } from '../../assertions/entity-names.js';
import type { DecidedLines, Intake } from '../../bulk-intake/bulk-intake.js';
import { judgeLines } from '../../bulk-intake/judge-lines.js';
import type { IntakeLine } from '../../bulk-intake/read-line.js';
import type { KnownReference, NewReference } from '../../bulk-intake/references.js';
import { caseAct } from '../change-removal.js';
import { TELLING, keptLines } from './kept-lines.js';
import { otherContent, PUSH_LINE, type PushGiven, type Referenced } from './push-form.js';
import { PushSettings } from './push-settings.js';
import { locatePush, push, type LocatedPush, type Served } from './pushed.js';
import { match, refuseOthers, servedBy } from './reading.js';

type Line = Referenced<PushGiven>;

/** Pushed removals, one a line: a chunk is one append, with what it tells those who asked. */
@Injectable()
export class PushIntake {
  constructor(
    private readonly names: EntityNames,
    private readonly settings: PushSettings,
  ) {}

  /** @throws {@link Refusal} `removal.platforms-only` */
  of(viewer: Viewer, dryRun: boolean): Intake<Line> {
    refuseOthers(viewer);
    const earlier = new Earlier();
    return {
      kind: 'removals',
      form: PUSH_LINE,
      dryRun,
      limits: this.settings,
      decide: (read, call, lines) => this.decide(read, { viewer, call, ...(dryRun ? { earlier } : {}) }, lines),
    };
  }

  private async decide(
    read: LogReads,
    { viewer, call, earlier }: { viewer: Viewer; call: string; earlier?: Earlier },
    lines: readonly IntakeLine<Line>[],
  ): Promise<DecidedLines> {
    const places = this.placesOf(lines, await servedBy(read, viewer));
    const entities = [...places.values()].flatMap((place) => ('entity' in place ? [place.entity] : []));
    const references = lines.flatMap((line) => ('given' in line ? [line.given.reference] : []));
    const { known, open, states } = await match(read, viewer, entities, references);
    earlier?.countIn(known, open);
    const acts = new PlatformActs(states, await caseAct(read, viewer, TELLING));
    const before = new Map(open);
    const judged = judgeLines(lines, {
      call,
      viewer,
      known,
      duplicate: 'removal.duplicate',
      otherContent,
      accept: (given, audit) => {
        const place = places.get(given);
        if (place === undefined || 'refusal' in place) throw place?.refusal ?? new Error('a line was not looked at');
        const { removal, matched } = push(place, { viewer, open, acts, newId, batch: call });
        audit.add(matched ? 'alteration' : 'collection', given.purpose, undefined, removalStream(removal));
        return { id: earlier === undefined || matched ? removal : null, matched };
      },
    });
    if (earlier !== undefined) {
      const decided = [...before.keys()].filter((entity) => !open.has(entity));
      const { outcomes, references: made } = judged;
      const audit = [
        { act: 'consultation' as const, viewer, purpose: 'dry-run', ids: [`bulk-${call}`], reason: 'removal.dry-run' },
      ];
      return { writes: [], outcomes, audit, alsoWrite: () => Promise.resolve(earlier.add(made, decided)) };
    }
    return await keptLines(read, { viewer, names: this.names, acts, judged, reason: 'removal.push' });
  }

  /** Where each line's item is, or why it is nowhere that the caller may speak of. */
  private placesOf(
    lines: readonly IntakeLine<Line>[],
    served: Served,
  ): Map<PushGiven, LocatedPush | { refusal: Refusal }> {
    return new Map(
      lines.flatMap((line) => ('given' in line ? [[line.given, this.placeOf(line.given, served)] as const] : [])),
    );
  }

  private placeOf(given: PushGiven, served: Served): LocatedPush | { refusal: Refusal } {
    try {
      const located = locatePush(given, served);
      const { kind, key } = located.location;
      return { given, located, entity: this.names.of(kind, key) };
    } catch (refusal) {
      return { refusal: refusal as Refusal };
    }
  }
}

/** What the chunks of a dry run have come to so far: nothing of it is in the log, and later lines are judged by it all the same. */
class Earlier {
  private readonly references = new Map<string, KnownReference>();
  private readonly decided = new Set<string>();

  add(references: readonly NewReference[], decided: readonly string[]): void {
    for (const { reference, id, content } of references) this.references.set(reference, { id, content });
    for (const entity of decided) this.decided.add(entity);
  }

  countIn(known: Map<string, KnownReference>, open: Map<string, string>): void {
    for (const [reference, one] of this.references) known.set(reference, one);
    for (const entity of this.decided) open.delete(entity);
  }
}
