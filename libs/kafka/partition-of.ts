const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Partition of a stream. Ours and not the client's, because the relay computes it, healing filters the log by it, and both
 * must agree for as long as a generation of a topic lives: never change it. (FNV-1a with MurmurHash3's finaliser, because
 * FNV alone spreads time-ordered ids badly over small numbers.)
 */
export function partitionOf(stream: string, partitions: number): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % partitions;
}
