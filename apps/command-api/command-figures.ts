import { Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { ABOVE_OFFICIAL, type Viewer } from '#access';
import { metrics } from '#runtime';

const refused = new Counter({
  name: 'commands_refused_total',
  help: 'Commands and lines of bulk intake that a rule refused, by reason',
  labelNames: ['code'],
  registers: [metrics],
});

const spillages = new Counter({
  name: 'spillages_total',
  help: 'Attempts to bring in what is marked above OFFICIAL; each one is an incident',
  registers: [metrics],
});

const log = new Logger('Spillage');

/** Counts a refusal; one for a marking above OFFICIAL raises the incident (R7): who and where, and nothing of what was sent. */
export function countRefusal(code: string, viewer: Viewer): void {
  refused.inc({ code });
  if (code !== ABOVE_OFFICIAL) return;
  spillages.inc();
  log.error(
    `SPILLAGE: ${viewer.subject} of organisation ${viewer.organisation} sent something marked above OFFICIAL. ` +
      'Nothing of it was kept; treat the sending system as the place of the incident.',
  );
}
