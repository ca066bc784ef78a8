/** Names of locks that several apps take, so that acting on something and changing it exclude each other. */

/** Keeps deriving from a stream, or acting on it, and regrading it apart: shared to derive or act, exclusive to regrade (R4). */
export function basisLock(stream: string): string {
  return `basis\n${stream}`;
}

/** Keeps acting by a consent and revoking it apart: shared to act, exclusive to answer. */
export function permissionLock(permission: string): string {
  return `permission\n${permission}`;
}
