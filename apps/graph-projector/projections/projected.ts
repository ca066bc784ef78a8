import type { RegradeWrite, StatementWrite, WithdrawalWrite } from '#graph';

/** Why an event has no place in the graph. The reason is for people and holds no personal data. */
export interface ProjectionFault {
  code: string;
  reason: string;
}

/** What an event changes in the graph. */
export interface GraphChange {
  statements: readonly StatementWrite[];
  withdrawals: readonly WithdrawalWrite[];
  regrades: readonly RegradeWrite[];
}

/** A decision about parked events of a stream, carried out by the projector between two batches. */
export interface ParkingDecision {
  stream: string;
  /** Versions that shall have no effect; empty for a replay. */
  discard: readonly number[];
}

export type Projected = { change: GraphChange } | { decision: ParkingDecision } | { fault: ProjectionFault };

export const NO_CHANGE: GraphChange = { statements: [], withdrawals: [], regrades: [] };
