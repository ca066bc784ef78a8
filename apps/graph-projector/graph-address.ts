import type { GraphSettings as Address } from '#graph';
import type { GraphSettings } from '#runtime';

/** The graph store as the settings of an app name it. */
export function graphAddress({ url, user = '', password = '', database }: Readonly<GraphSettings>): Address {
  return { url, user, password, ...(database === undefined ? {} : { database }) };
}
