import { isMember, type Membership } from './memberships.js';

const [OPEN, HIDDEN] = [1, 2];
const NOON = Date.parse('2026-03-09T12:00:00Z');
const second = (text: string): number => Date.parse(text) / 1_000;

const said = (position: number, changes: Partial<Membership> = {}): Membership => ({
  ...{ network: 'tern', audience: OPEN, parts: false, since: null },
  position,
  ...changes,
});
const parting = (position: number, changes: Partial<Membership> = {}): Membership =>
  said(position, { parts: true, ...changes });
const belongs = (...all: Membership[]): boolean =>
  isMember(all, 'tern', { maySee: (audience) => audience === OPEN, at: NOON });

describe('a membership of a network', () => {
  it('makes its entity one of the network, and is over when it is said to be over', () => {
    expect(belongs(said(1))).toBe(true);
    expect(belongs(said(1), parting(2))).toBe(false);
    expect(belongs(said(1), parting(2, { network: 'gull' }))).toBe(true);
  });

  it('begins anew with what is said after it was over', () => {
    expect(belongs(said(1), parting(2), said(3))).toBe(true);
    expect(belongs(parting(1), said(2))).toBe(true);
  });

  it('is over from the time on that the end names, as of the time of the position', () => {
    expect(belongs(said(1), parting(2, { since: second('2026-03-09T12:00:00Z') }))).toBe(false);
    expect(belongs(said(1), parting(2, { since: second('2026-03-09T12:00:01Z') }))).toBe(true);
    const since = second('2026-05-01T00:00:00Z');
    expect(belongs(said(1, { since }), parting(2, { since }))).toBe(false);
  });

  it('is neither made nor ended by what this subscriber may not see', () => {
    expect(belongs(said(1, { audience: HIDDEN }))).toBe(false);
    expect(belongs(said(1), parting(2, { audience: HIDDEN }))).toBe(true);
    expect(belongs(said(1), said(2, { audience: HIDDEN }), parting(3))).toBe(false);
  });
});
