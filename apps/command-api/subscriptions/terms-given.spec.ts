import { TermsGiven } from './terms-given.js';

const terms = new TermsGiven({ ports: [443], localTargets: [] });

describe('the terms of a subscription', () => {
  it('hold what was said, and nothing for what was left out', () => {
    const channel = terms.channel({ kind: 'pull', url: undefined, payload: undefined } as never);
    expect(Object.keys(channel)).toEqual(['kind']);
    const filter = terms.filter({ themes: ['boat-crossing'], types: undefined, own: false } as never);
    expect(Object.keys(filter)).toEqual(['themes']);
  });
});
