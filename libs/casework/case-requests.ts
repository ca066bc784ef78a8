import type { CaseItem, RemovalRequest } from '#events';

/** One item that a referral puts before a platform, with the public id of its location. */
export interface ItemRequest {
  entity: string;
  item: CaseItem;
  request: RemovalRequest;
}

/** An item of a referral, by its place. */
export interface ReferredPlace {
  referral: string;
  item: number;
}
