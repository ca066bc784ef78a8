import type pg from 'pg';
import type { HttpLoad } from '../load/http-load.js';

/** Commands of one kind, and what both sides of their comparison work with. */
export interface Comparison {
  kind: 'single' | 'bulk';
  count: number;
  inFlight: number;
  load: HttpLoad;
  caller: { port: number; token: string };
  owner: pg.Client;
  ownerUrl: string;
  say: (line: string) => void;
}
