/** Words that the author of a history says again and again. */
import { networkEntity, type CaseItem, type Statement } from '#events';
import type { InNetwork } from './feed-acts.js';

const NETWORK = networkEntity('00000000-0000-4000-8000-0000000000aa');
export const LIMITED = { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'], conditions: [], compartment: null };
export const ITEM: CaseItem = {
  kind: 'post',
  location: { kind: 'item', key: 'telegram:1/2', raw: 'https://t.me/x/2' },
};
export const OUTCOME = { result: 'actioned', effect: 'removed', effectiveAt: '2026-03-09T12:00:00Z' } as const;

/** @param second a time so many minutes from now */
export function ofNetwork(said: InNetwork, second: (minutes: number) => string): Statement[] {
  switch (said) {
    case 'nothing':
      return [];
    case 'joins':
      return [{ relation: 'MEMBER_OF', object: NETWORK }];
    case 'was never there':
      return [{ relation: 'NOT_MEMBER_OF', object: NETWORK }];
    case 'has left':
      return [{ relation: 'NOT_MEMBER_OF', object: NETWORK, from: second(-30) }];
    case 'will leave':
      return [{ relation: 'NOT_MEMBER_OF', object: NETWORK, from: second(30) }];
  }
}
