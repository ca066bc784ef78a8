import { AskFailed } from './ask-failed.js';
import { lookAround, missingLines, type Asks } from './look-around.js';

const asked = { asOf: '2026-11-20T10:00:00Z', lagSeconds: 0, truncated: false, found: true };
const terms = { seed: { id: 'a'.repeat(32) } };
const BUSY = 'More networks wait to be analysed than anybody would wait for. Ask again in a minute. [analysis.busy]';
const answering: Asks = {
  timeline: () => Promise.resolve(asked),
  cluster: () => Promise.resolve(asked),
  keyPlayers: () => Promise.resolve(asked),
  networkCard: () => Promise.resolve(asked),
};

describe('what is asked beside the card', () => {
  it('is shown without what was refused, which is named with the reason', async () => {
    const refusing = { ...answering, keyPlayers: () => Promise.reject(new AskFailed(BUSY)) };
    const around = await lookAround(refusing, terms, true);
    expect(around).toEqual({
      timeline: asked,
      cluster: asked,
      network: asked,
      missing: [{ what: 'key players', why: BUSY }],
    });
    expect(missingLines(around)).toEqual([`NOT SHOWN   key players: ${BUSY}`, '']);
  });

  it('misses nothing where everything is answered; only a network has a card of its own', async () => {
    const around = await lookAround(answering, terms, false);
    expect(around).toEqual({ timeline: asked, cluster: asked, players: asked, missing: [] });
    expect(missingLines(around)).toEqual([]);
  });

  it('hides no fault of its own behind a line', async () => {
    const broken = { ...answering, cluster: () => Promise.reject(new TypeError('broken')) };
    await expect(lookAround(broken, terms, false)).rejects.toThrow('broken');
  });
});
