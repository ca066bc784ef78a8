import type { Viewer } from '#access';
import type { EventDraft, Refusal } from '#events';
import { decideParked, parkingStreamOf, type ParkedStream, type ParkingDecision } from './parking.js';

const COASTAL = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const BORDER = '7e41d8c3-0a03-4e32-8c75-00000000a003';
const stream = 'assertion-0193a1f2-7c00-7000-8000-000000000001';

const parked = (changes: Partial<ParkedStream> = {}): ParkedStream => ({
  stream,
  version: 3,
  originator: COASTAL,
  regrades: new Set(),
  discarded: new Set(),
  ...changes,
});
const administrator = (organisation: string, groups: string[] = []): Viewer => ({
  organisation,
  kind: 'agency',
  subject: 'admin-1',
  roles: ['administrator'],
  groups,
  compartments: [],
});
const words = { reason: 'mended', purpose: 'operations' };
const replay: ParkingDecision = { type: 'replay', ...words };
const discard = (...streamVersions: number[]): ParkingDecision => ({ type: 'discard', streamVersions, ...words });

function decided(state: ParkedStream, decision: ParkingDecision, viewer = administrator(COASTAL)): EventDraft | string {
  try {
    return decideParked(state, decision, { viewer, id: 'id', now: new Date('2026-11-22T12:00:00Z') });
  } catch (error) {
    return (error as Refusal).code;
  }
}

describe('a decision about parked events', () => {
  it('is recorded for its organisation alone, with the versions in order and once', () => {
    expect(decided(parked(), discard(3, 2, 3))).toMatchObject({
      body: { type: 'parked.discarded', data: { stream, streamVersions: [2, 3], reason: 'mended' } },
      marking: { gsc: 'OFFICIAL', tlp: 'AMBER+STRICT', originator: COASTAL },
    });
    expect(decided(parked(), replay)).toMatchObject({ body: { type: 'parked.replayed', data: { stream } } });
  });

  it('is for the owner of the stream and for operators; to others there is no such stream', () => {
    expect(decided(parked(), replay, administrator(BORDER))).toBe('stream.unknown');
    expect(decided(parked({ version: 0 }), replay)).toBe('stream.unknown');
    expect(decided(parked(), replay, administrator(BORDER, ['operators']))).toMatchObject({
      actor: { organisation: BORDER },
    });
    expect(
      decided(
        { stream, version: 1, regrades: new Set(), discarded: new Set() },
        replay,
        administrator(BORDER, ['operators']),
      ),
    ).toMatchObject({});
  });

  it('never discards a regrade: the graph would show for ever what was taken away', () => {
    expect(decided(parked({ regrades: new Set([2]) }), discard(2))).toBe('parked.regrade-stands');
    expect(decided(parked({ regrades: new Set([2]) }), replay)).toMatchObject({ body: { type: 'parked.replayed' } });
  });

  it('discards only what there is, and not the same twice', () => {
    expect(decided(parked(), discard(4))).toBe('parked.no-such-version');
    expect(decided(parked({ discarded: new Set([2]) }), discard(2))).toBe('parked.discarded-already');
    expect(decided(parked({ discarded: new Set([2]) }), discard(2, 3))).toMatchObject({
      body: { data: { streamVersions: [2, 3] } },
    });
  });

  it('of one stream always goes into one stream', () => {
    expect(parkingStreamOf(stream)).toBe(parkingStreamOf(stream));
    expect(parkingStreamOf(stream)).toMatch(/^parking-[0-9a-f-]{36}$/);
    expect(parkingStreamOf(stream)).not.toBe(parkingStreamOf('organisation-0193a1f2-7c00-7000-8000-000000000001'));
  });
});
