import type { EventLog } from '#event-log';
import { Asking } from './asking.js';
import type { CompletePosition } from './complete-position.js';

const NOW = new Date('2026-11-20T10:00:00.400Z');
const asking = new Asking(
  { positions: { at: () => Promise.resolve(7) } } as unknown as EventLog,
  ...([undefined, undefined] as unknown as [never, never]),
  { now: () => Promise.resolve({ now: NOW }) } as unknown as CompletePosition,
  ...([undefined, undefined] as unknown as [never, never]),
);

describe('a period between two states of knowledge', () => {
  const reversed = expect.objectContaining({
    faults: [expect.objectContaining({ pointer: '/since', code: 'period.reversed' })],
  });

  it('is refused where it begins later than it ends, with knownAt or now', async () => {
    await expect(asking.positionAt('2026-10', { knownAt: '2026-10-05' })).rejects.toEqual(reversed);
    await expect(asking.positionAt('2026-11-20T10:00:01Z', {})).rejects.toEqual(reversed);
    // What was known on a day is what was known at its end.
    await expect(asking.positionAt('2026-11-20', {})).rejects.toEqual(reversed);
  });

  it('may begin at whatever lies before that, and with the second that now is in', async () => {
    expect(await asking.positionAt('2026-10-04', { knownAt: '2026-10-05' })).toBe(7);
    expect(await asking.positionAt('2026-11-19', {})).toBe(7);
    expect(await asking.positionAt('2026-11-20T10:00:00Z', {})).toBe(7);
  });
});
