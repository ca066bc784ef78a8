import type { Viewer } from '#access';
import { packCategory } from '#graph';
import type { Asking } from '../reading/asking.js';
import type { ShownMarking } from '../reading/statement-view.js';
import type { Reading } from '../terms/seed.js';
import { AskListLookUp, ListLookUpHandler, ListLookUpRequest } from './list-look-up.controller.js';
import { LIST_LOOK_UP, type ListLookUpTerms } from './list-look-up.js';
import type { QuestionRules } from './rules.js';
import { ask, entity, EVERYTHING, said, seedOf, SOURCES, world } from './worlds.fixture.js';

const viewer: Viewer = {
  organisation: 'coastal',
  kind: 'agency',
  subject: 'somebody',
  roles: ['analyst'],
  groups: [],
  compartments: [],
};
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

describe('a list as a file', () => {
  const number = entity('phone-number', '+442079460123');
  const victim = entity('person', 'pole:person/1');
  const unknown = entity('account', 'telegram:tern');
  const suspect = entity('person', 'pole:person/2');
  const rows = [number, victim, unknown, suspect].map((each, at) => ({
    ...{ row: at + 1, value: each.key, readings: seedOf(each) as Reading[] },
  }));
  const validity = { validStart: EVERYTHING.validStart, validEnd: EVERYTHING.validEnd };
  const tlps = ['GREEN', 'AMBER', 'GREEN', 'GREEN', 'RED'];
  const marking = (position: number): ShownMarking => {
    const codes = { gsc: 'OFFICIAL', handling: ['P'], conditions: [], releasableTo: [], compartment: null };
    return { shown: tlps[position - 1]!, marking: { ...codes, tlp: tlps[position - 1]!, originator: 'coastal' } };
  };
  const statements = world(
    said(entity('account', 'instagram:1'), 'USES_NUMBER', number, { aud: 1 }),
    said(entity('account', 'instagram:2'), 'USES_NUMBER', number, { aud: 2 }),
    said(victim, 'INVOLVED_IN', entity('incident', 'pole:incident/1'), { aud: 1, cat: packCategory('victim') }),
    said(suspect, 'INVOLVED_IN', entity('incident', 'pole:incident/1'), { aud: 1, cat: packCategory('suspect') }),
    said(suspect, 'INVOLVED_IN', entity('incident', 'pole:incident/2'), { aud: 2, cat: packCategory('victim') }),
  );
  const asFile = { rows, validity, file: { viewer, withheld: [packCategory('victim')] } };

  it('says of each row that tells something, and of the whole, how it is to be handled', async () => {
    const { rows: told, marking: whole } = (await ask(LIST_LOOK_UP, statements, asFile)).finish({
      ...{ ...SOURCES, marking },
    });
    const amber = 'OFFICIAL // TLP:AMBER // P // AGENCIES-ONLY // REL TO coastal';
    expect(told.map((row) => [row.outcome, row.marking])).toEqual([
      ['hit', amber],
      ['not-exported', 'OFFICIAL // TLP:GREEN // P'],
      ['no-hit', undefined],
      // Nothing of what is left out, also where it is about somebody who is in the file.
      ['hit', 'OFFICIAL // TLP:GREEN // P'],
    ]);
    expect(whole).toBe(amber);
  });

  it('holds no second record of a victim, nor a victim of another year, and what says that they are one counts for the row', async () => {
    const second = entity('person', 'pole:person/3');
    const known = world(
      ...statements.map((one) => () => one),
      said(second, 'SAME_AS', victim, { pos: 4 }),
      said(second, 'USES_NUMBER', number, { pos: 4 }),
    ).map((one) => (one.subject.id === victim.id ? { ...one, pos: 2, to: 86_400 } : one));
    const ofToday = { validStart: 2 * 86_400, validEnd: 3 * 86_400 };
    const asked = [{ row: 1, value: second.key, readings: seedOf(second) as Reading[] }];
    const terms = { ...asFile, rows: asked, validity: ofToday };
    const { rows: told, ...whole } = (await ask(LIST_LOOK_UP, known, terms)).finish({ ...SOURCES, marking });
    // The links of the second record are GREEN.
    const amber = 'OFFICIAL // TLP:AMBER // P // AGENCIES-ONLY // REL TO coastal';
    expect(told.map(({ outcome, marking: row }) => [outcome, row])).toEqual([['not-exported', amber]]);
    expect(whole.marking).toBe(amber);
    const { answer: onScreen } = await ask(LIST_LOOK_UP, known, { rows: asked, validity: ofToday });
    expect(onScreen.rows.map(({ outcome }) => outcome)).toEqual(['hit']);
  });

  it('is not written where a marking was narrowed after it was drawn', async () => {
    const { finish } = await ask(LIST_LOOK_UP, statements, asFile);
    const narrowed = (position: number): ShownMarking => {
      const { shown, marking: before } = marking(position);
      return { shown, marking: { ...before, tlp: 'RED', originator: 'border' } };
    };
    expect(() => finish({ ...SOURCES, marking: narrowed })).toThrow(expect.objectContaining({ code: 'graph.filling' }));
  });
});
