import { Injectable } from '@nestjs/common';
import type { Viewer } from '#access';
import { PlatformActs, lockItems, removalStates, removalStream, unknownRemoval } from '#casework';
import type { LogReads } from '#event-log';
import { EntityNames } from '../../assertions/entity-names.js';
import type { DecidedLines, Intake } from '../../bulk-intake/bulk-intake.js';
import { judgeLines } from '../../bulk-intake/judge-lines.js';
import type { IntakeLine } from '../../bulk-intake/read-line.js';
import { caseAct } from '../change-removal.js';
import { DECISION_LINE, otherContent, type DecisionGiven } from './push-form.js';
import { TELLING, keptLines } from './kept-lines.js';
import { PushSettings } from './push-settings.js';
import { REMOVAL_REFERENCES, refuseOthers } from './reading.js';

/** Decisions of items that are in the inbox, one a line, by the id of the removal. */
@Injectable()
export class DecisionIntake {
  constructor(
    private readonly names: EntityNames,
    private readonly settings: PushSettings,
  ) {}

  /** @throws {@link Refusal} `removal.platforms-only` */
  of(viewer: Viewer): Intake<DecisionGiven> {
    refuseOthers(viewer);
    return {
      kind: 'decisions',
      form: DECISION_LINE,
      limits: this.settings,
      decide: (read, call, lines) => this.decide(read, viewer, call, lines),
    };
  }

  private async decide(
    read: LogReads,
    viewer: Viewer,
    call: string,
    lines: readonly IntakeLine<DecisionGiven>[],
  ): Promise<DecidedLines> {
    const given = lines.flatMap((line) => ('given' in line ? [line.given] : []));
    const own = await read.query<{ removal: string; entity: string }>(
      'SELECT removal, entity FROM removals WHERE removal = ANY ($1::uuid[]) AND platform = $2',
      [given.map(({ removal }) => removal), viewer.organisation],
    );
    const mine = new Set(own.map(({ removal }) => removal));
    const [, known, states] = await Promise.all([
      lockItems(
        read,
        viewer.organisation,
        own.map(({ entity }) => entity),
      ),
      REMOVAL_REFERENCES.known(
        read,
        viewer.organisation,
        given.map(({ reference }) => reference),
      ),
      removalStates(read, [...mine]),
    ]);
    const acts = new PlatformActs(states, await caseAct(read, viewer, TELLING));
    const judged = judgeLines(lines, {
      call,
      viewer,
      known,
      duplicate: 'removal.duplicate',
      otherContent,
      accept: ({ removal, outcome, reference, purpose }, audit) => {
        if (!mine.has(removal)) throw unknownRemoval();
        acts.say(removal, { type: 'decide', outcome, reference, batch: call }, purpose);
        audit.add('alteration', purpose, undefined, removalStream(removal));
        return { id: removal };
      },
    });
    return await keptLines(read, { viewer, names: this.names, acts, judged, reason: 'removal.decide' });
  }
}
