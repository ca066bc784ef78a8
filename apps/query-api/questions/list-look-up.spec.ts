import type { Viewer } from '#access';
import type { Asking } from '../reading/asking.js';
import { AskListLookUp, ListLookUpHandler, ListLookUpRequest } from './list-look-up.controller.js';
import type { ListLookUpTerms } from './list-look-up.js';
import type { QuestionRules } from './rules.js';

const viewer = { organisation: 'coastal', subject: 'somebody', roles: ['analyst'] } as unknown as Viewer;
const rules = { idKey: Buffer.alloc(32, 7) } as unknown as QuestionRules;

/** A list of national numbers as it is read, and what happens meanwhile, in its order. */
function reading(length: number): { events: string[]; gone: AbortController; done: Promise<unknown> } {
  const events: string[] = [];
  const gone = new AbortController();
  const asking = {
    ask: (_: unknown, __: unknown, ___: unknown, { rows }: ListLookUpTerms) => {
      events.push(`asked about ${rows.length}, the last of them ${rows.at(-1)?.row}: ${rows.at(-1)?.value}`);
      return Promise.resolve({});
    },
  } as unknown as Asking;
  const request = new ListLookUpRequest();
  request.identifiers = Array.from({ length }, (_, at) => ({
    get value() {
      if (at === length - 1) events.push('read the last');
      return `07700 ${900_000 + at}`;
    },
  }));
  const asker = { viewer, purpose: 'operation-tern', signal: gone.signal };
  return { events, gone, done: new ListLookUpHandler(asking, rules).execute(new AskListLookUp(asker, request, false)) };
}

describe('a long list', () => {
  it('lets others have their turn while it is read, and is asked about whole', async () => {
    const { events, done } = reading(60);
    setImmediate(() => events.push('another answer'));
    await done;
    expect(events[0]).toBe('another answer');
    expect(events.at(-1)).toBe('asked about 60, the last of them 60: 07700 900059');
  });

  it('is read no further once the caller has gone, and nothing is asked', async () => {
    const { events, gone, done } = reading(60);
    setImmediate(() => gone.abort());
    await expect(done).rejects.toMatchObject({ code: 'question.caller-gone' });
    expect(events).toEqual([]);
  });
});
