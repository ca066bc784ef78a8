export * from './log.js';
export type { Lease } from './lease.js';
export { LogRefusal, type LogRefusalCode } from './refusals.js';
export { openLog } from './open-log.js';
