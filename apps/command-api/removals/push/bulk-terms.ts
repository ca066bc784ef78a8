import { PUSH_LIMITS } from './push-form.js';

/** What bulk calls of platforms take, for their descriptions. */
export const BULK_TERMS =
  `A reference of your own is unique in your organisation: a repeat of the call, or of a part of it, gives the same ids and ` +
  `changes nothing. Lines of at most 256 KB, ${PUSH_LIMITS.lines} a call, which may take five minutes. How many calls may run at ` +
  'once and begin in a minute is set by the installation (4 and 120): beyond it 429 with Retry-After.';

export const BULK_OUTCOMES = {
  example:
    '{"line":1,"reference":"TS-118/1","outcome":"accepted","id":"0193a1f2-7c00-7000-8000-000000000001","matched":true}\n' +
    '{"line":2,"reference":"TS-118/2","outcome":"refused","code":"outcome.in-the-future","faults":[{"pointer":"/outcome/effectiveAt","code":"outcome.in-the-future","detail":"must not be in the future"}]}\n' +
    '{"summary":{"lines":2,"accepted":1,"duplicates":0,"refused":1,"call":"0193a1f2-7c00-7000-8000-0000000000ff","complete":true}}\n',
};
