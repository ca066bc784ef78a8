import type { KnownEvent, ReleaseEvent, ReleaseRule } from '#events';

/** How a release stands, from the events of its stream. */
type ReleaseHistory = Extract<KnownEvent, { body: ReleaseEvent }>;

type Proposed = Extract<KnownEvent, { body: { type: 'release.proposed' } }>;

export interface Hold {
  by: string;
  until: string;
  reason: string;
}

export type ReleaseState =
  | { status: 'absent' }
  | {
      status: 'proposed' | 'approved' | 'refused' | 'carried-out';
      proposed: Proposed;
      /** Subjects who approved. */
      approvals: string[];
      hold?: Hold;
      /** Who overrode somebody else's hold, until another authoriser has taken note. */
      overriddenBy?: string;
      copy?: string;
      version: number;
    };

export type KnownRelease = Exclude<ReleaseState, { status: 'absent' }>;

export function releaseFrom(events: readonly KnownEvent[]): ReleaseState {
  return (events as readonly ReleaseHistory[]).reduce(evolve, { status: 'absent' } as ReleaseState);
}

export function evolve(state: ReleaseState, event: ReleaseHistory): ReleaseState {
  const { body, streamVersion: version, actor } = event;
  if (body.type === 'release.proposed')
    return { status: 'proposed', proposed: event as Proposed, approvals: [], version };
  if (state.status === 'absent') return state;
  switch (body.type) {
    case 'release.approved': {
      const approvals = [...state.approvals, actor.user];
      const done = approvals.length >= approversNeeded(state.proposed.body.data.rule);
      return { ...state, approvals, status: done ? 'approved' : 'proposed', version };
    }
    case 'release.refused':
      return { ...state, status: 'refused', version };
    case 'release.held': {
      const { until, reason } = body.data;
      return { ...state, hold: { by: actor.user, until, reason }, version };
    }
    case 'release.resumed': {
      const { hold: _, ...free } = state;
      return { ...free, ...(body.data.override ? { overriddenBy: actor.user } : {}), version };
    }
    case 'release.override-noted': {
      const { overriddenBy: _, ...noted } = state;
      return { ...noted, version };
    }
    case 'release.carried-out':
      return { ...state, status: 'carried-out', copy: body.data.copy, version };
    case 'release.rule-set':
      return state;
    default:
      return body satisfies never;
  }
}

export function approversNeeded(rule: ReleaseRule): number {
  return rule === 'two-approvers' ? 2 : 1;
}
