import { NETWORK_ROLES, type NetworkRole } from '#events';

/** A role as a relationship carries it: its place in the list, from 1, since absent means that nobody said. */
export function packRole(role: NetworkRole): number {
  return NETWORK_ROLES.indexOf(role) + 1;
}

/** What `packRole` packed. */
export function unpackRole(packed: number): NetworkRole {
  const role = NETWORK_ROLES[packed - 1];
  if (role === undefined) throw new RangeError(`${packed} is no packed role: the graph was written by another version`);
  return role;
}
