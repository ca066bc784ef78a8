import { Injectable } from '@nestjs/common';
import type { Viewer } from '#access';
import type { LogReads } from '#event-log';
import { currentTrace, newId } from '#runtime';
import type { DecidedLines, Intake } from '../../bulk-intake/bulk-intake.js';
import type { IntakeLine } from '../../bulk-intake/read-line.js';
import { lineFaults, type LineGiven } from '../assertion-form.js';
import { AssertionRules } from '../assertion-rules.js';
import { assertorOf } from '../assertor.js';
import { basisOf } from '../basis.js';
import { EntityNames } from '../entity-names.js';
import { keepMade } from '../made-together.js';
import { ASSERTION_REFERENCES, contentOf } from '../references.js';
import { decideChunk } from './decide-chunk.js';

/** Assertions, one a line: a chunk is one append, with the references that make a repeat harmless. */
@Injectable()
export class AssertionIntake {
  constructor(
    private readonly names: EntityNames,
    private readonly rules: AssertionRules,
  ) {}

  of(viewer: Viewer): Intake<LineGiven> {
    return {
      kind: 'assertions',
      form: ASSERTION_LINE,
      decide: (read, call, lines) => this.decide(read, call, viewer, lines),
    };
  }

  private async decide(
    read: LogReads,
    call: string,
    viewer: Viewer,
    lines: readonly IntakeLine<LineGiven>[],
  ): Promise<DecidedLines> {
    const given = lines.flatMap((line) => ('given' in line ? [line.given] : []));
    const [known, basis] = await Promise.all([
      ASSERTION_REFERENCES.known(
        read,
        viewer.organisation,
        given.map(({ reference }) => reference),
      ),
      basisOf(
        read,
        given.flatMap((each) => each.basis ?? []),
      ),
    ]);
    const decided = decideChunk(lines, {
      call,
      by: assertorOf(viewer),
      trace: currentTrace(),
      now: new Date(),
      newId,
      keyOf: (kind, key) => this.names.of(kind, key),
      known,
      restsOn: basis.markings,
      rules: this.rules,
    });
    return {
      ...decided,
      alsoWrite: (write) =>
        Promise.all([
          ASSERTION_REFERENCES.keep(write, viewer.organisation, decided.references),
          keepMade(
            write,
            decided.writes.flatMap(({ events }) => events),
            basis,
            this.names,
          ),
        ]),
    };
  }
}

export const ASSERTION_LINE = { faultsOf: lineFaults, contentOf };
