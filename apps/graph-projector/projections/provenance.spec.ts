import { originRef } from './provenance.js';

describe('an origin', () => {
  it('is the same one however it is spaced and cased', () => {
    const written = ['Report 17', 'report 17 ', ' REPORT\u00a0 17'].map(originRef);
    expect(new Set(written).size).toBe(1);
  });

  it('is another one where the words differ', () => {
    expect(originRef('report 17')).not.toBe(originRef('report 18'));
  });
});
