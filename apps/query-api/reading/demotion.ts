import { DEMOTED } from '#events';
import { holdsIn, stands, type Sight, type Validity, type WorldStatement } from './fetch.js';

/**
 * Somebody says, with a reason, that an entity proves nothing about those who share it: a number of an exchange, a group for
 * everybody. Whoever sees it walks up to the entity and not through it; withdrawing it ends that.
 */
export function isDemoted(id: string, world: readonly WorldStatement[], terms: Sight & Validity): boolean {
  return world.some(
    (one) =>
      one.relation === 'STATED' &&
      one.subject.id === id &&
      one.prop === DEMOTED &&
      one.val === true &&
      stands(one, terms) &&
      holdsIn(one, terms),
  );
}
