import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { CaseworkStand } from '../support/casework-stand.js';
import { itemBody } from '../support/referrals.js';

/**
 * What a referrer is answered in worlds that differ in what others do with the same item. Until the window ends all of them are
 * equal to the last byte; afterwards too, but for the one deliberate signal: a hold that says "contact the desk".
 */
const VIDEO = 'https://www.youtube.com/watch?v=dQw4w9WgXcQ';
const items = [itemBody('one', { location: VIDEO, kind: 'video' }), itemBody('another', { kind: 'video' })];

type World = (stand: CaseworkStand) => Promise<unknown>;

const interest =
  (covert: boolean): World =>
  (stand) =>
    stand.send('border-analyst', 'interests', {
      entities: [{ kind: 'item', value: VIDEO }],
      covert,
      contact: 'Border desk',
      until: new Date(Date.now() + 86_400_000).toISOString(),
      marking: { gsc: 'OFFICIAL', tlp: 'AMBER' },
    });

/** Border has referred the same item; the platform has acknowledged it. */
const otherReferral: World = async (stand) => {
  await stand.checked('border-referrer', { items });
  await stand.endChecks();
  const inbox = await stand.look<{ removals: { removal: string }[] }>('lumen-moderator', 'inbox');
  for (const { removal } of inbox.body.removals)
    expect((await stand.send('lumen-moderator', `inbox/${removal}/acknowledge`, {})).status).toBe(200);
};

/** Coastal's colleagues in the compartment have referred the same item in secret. */
const secretReferral: World = async (stand) => {
  const { owner } = stand.app;
  await owner.query(
    `UPDATE members SET compartments = '{saltmarsh}', roles = '{analyst,referrer}' WHERE subject = 'coastal-saltmarsh'`,
  );
  await stand.checked('coastal-saltmarsh', {
    items,
    marking: { gsc: 'OFFICIAL', tlp: 'AMBER', compartment: 'saltmarsh' },
  });
};

const WORLDS: Record<string, World> = {
  'nobody else': async () => undefined,
  'another agency referred it': otherReferral,
  'a colleague referred it in secret': secretReferral,
  'a covert interest': interest(true),
  'an open interest': interest(false),
  'everything at once': async (stand) => {
    await otherReferral(stand);
    await interest(true)(stand);
  },
};

interface Transcript {
  /** Until the window ends. */
  before: string[];
  /** Once it has ended. */
  after: string[];
  state: string;
}

const transcripts = new Map<string, Transcript>();
beforeAll(async () => {
  for (const [name, world] of Object.entries(WORLDS)) transcripts.set(name, await lived(world));
}, STARTUP_MS * 4);

async function lived(world: World): Promise<Transcript> {
  const stand = await CaseworkStand.open('deconfliction-worlds');
  try {
    await world(stand);
    const said: string[] = [];
    const heard = ({ status, text, headers }: { status: number; text: string; headers: object }): void =>
      void said.push(`${status} ${text} ${Object.keys(headers).sort().join(' ')}`);
    const draft = await stand.send<{ referral: string }>('coastal-referrer', 'referrals', { ...body(), items });
    const { referral } = draft.body;
    heard(draft);
    heard(await stand.send('coastal-referrer', `referrals/${referral}/check`, {}));
    const look = async (): Promise<void> => {
      for (const path of [
        `referrals/${referral}`,
        'referrals',
        'notices',
        'interests',
        'deconfliction/holds',
        'work-list',
      ])
        heard(await stand.look('coastal-referrer', path));
      heard(await stand.send('coastal-referrer', `referrals/${referral}/submit`, {}));
      heard(await stand.send('coastal-referrer', `referrals/${referral}/close`, { reason: 'Too early.' }));
    };
    await look();
    const before = said.splice(0).map((text) => plain(text));
    await stand.endChecks();
    const { state } = (await stand.look<{ state: string }>('coastal-referrer', `referrals/${referral}`)).body;
    await look();
    return { before, after: said.map((text) => plain(text)), state };
  } finally {
    await stand.close();
  }
}

function body(): object {
  return {
    platform: ORGANISATIONS.lumen.organisation,
    instrument: 'voluntary-referral',
    ground: { basis: 'terms', provision: 'Community rules: human smuggling' },
    theme: 'boat-crossing',
    urgency: 'routine',
    explanation: 'Offers places in a boat.',
    marking: { gsc: 'OFFICIAL', tlp: 'AMBER' },
  };
}

/** Without what differs from run to run: ids that were drawn, and times. Ids keep their order of occurrence. */
function plain(text: string): string {
  const known = Object.values(ORGANISATIONS).map(({ organisation }) => organisation as string);
  const ids: string[] = [];
  return text
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      if (known.includes(id)) return id;
      if (!ids.includes(id)) ids.push(id);
      return `#${ids.indexOf(id)}`;
    })
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, 'T');
}

const worlds = Object.keys(WORLDS);

describe('a referral whose item concerns others too', () => {
  it.each(worlds)('is answered the same until its window ends: %s', (name) => {
    const { before } = transcripts.get('nobody else')!;
    expect(transcripts.get(name)!.before).toEqual(before);
    expect(before.length).toBe(10);
  });

  it.each(worlds.filter((name) => name !== 'an open interest'))('and the same afterwards: %s', (name) => {
    const quiet = transcripts.get('nobody else')!;
    expect(transcripts.get(name)).toEqual(quiet);
    expect(quiet.state).toBe('submitted');
  });

  it('but for a hold, which names the desk and nobody who is concerned', () => {
    const { state, after } = transcripts.get('an open interest')!;
    expect(state).toBe('held');
    expect(after).not.toEqual(transcripts.get('nobody else')!.after);
    expect(after.join()).toContain('Deconfliction desk');
    expect(after.join()).not.toContain(ORGANISATIONS.border.organisation);
    expect(after.join()).not.toContain('Border');
  });
});
