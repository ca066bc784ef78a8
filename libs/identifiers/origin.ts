import { createHash } from 'node:crypto';
import { fold } from './text.js';

/**
 * SHA-256 of where a report goes back to, as it is compared: `Report 17` and `report  17` are one source. To take two for one
 * understates how well something is supported; to take one for two would overstate it. Nobody reads a source's name out of it.
 */
export function originDigest(origin: string): Buffer {
  return createHash('sha256').update(fold(origin)).digest();
}
