import { GraphUnavailable } from './errors.js';

/** What the store may take beyond the time after which it stops by itself, before it counts as gone. */
export const SILENCE_MS = 15_000;

/**
 * The answer, or an outage: a frozen store, or a network that swallows everything, never answers, and the driver would wait for
 * as long as the store's own hint says, which is minutes. What was sent may still take effect later; whoever goes on reads first
 * where the graph stands, as after any other outage.
 * @throws GraphUnavailable
 */
export async function answered<T>(answer: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new GraphUnavailable(`the graph store was silent for ${withinMs / 1_000} s`)),
      withinMs,
    );
  });
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}
