import { ORGANISATIONS } from '../local/issuer/index.js';
import { until } from '../local/until.js';
import { CAMPAIGNS } from './cast.js';
import { asked, ordered, type Doors } from './telling.js';

/**
 * What agencies and platforms do about it: two agencies refer the account that came back, the platform gets one item and
 * answers both; another removal it pushes of its own accord. Each agency sees its own case and nothing of the other's.
 */

const [first, second] = CAMPAIGNS;
const { border, coastal, chatter } = ORGANISATIONS;

/** The account that came back after the removal of March. */
export const RETURNED = { kind: 'account', value: `${first.accounts[0]!.id}99`, platform: first.accounts[0]!.platform };
const PUSHED = { kind: 'account', location: second.accounts[0]!.id, platform: second.accounts[0]!.platform };
const SOON_MS = 60_000;

const EVIDENCE = {
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  capturedAt: '2026-03-09T21:15:00Z',
  custody: 'coastal evidence store 4/17',
};

function terminated(effectiveAt: string): object {
  return {
    result: 'actioned',
    effect: 'account-terminated',
    effectiveAt,
    ground: { basis: 'terms', provision: 'Community rules: human smuggling' },
  };
}

interface Referral {
  referral: string;
  state: string;
  items: { state: string; outcome?: { effect: string } }[];
}

interface Inbox {
  removals: { removal: string; requests: object[]; item: { identifier: string } }[];
}

async function refer(doors: Doors, agency: 'coastal' | 'border', explanation: string): Promise<string> {
  const others = [coastal, border].map(({ organisation }) => organisation);
  const { referral } = await ordered<Referral>(doors, `${agency}-referrer`, '/v1/referrals', {
    platform: chatter.organisation,
    instrument: 'voluntary-referral',
    ground: { basis: 'terms', provision: 'Community rules: human smuggling' },
    theme: 'boat-crossing',
    urgency: 'urgent',
    language: 'ckb',
    territory: ['GB'],
    explanation,
    items: [{ kind: 'account', location: RETURNED.value, platform: RETURNED.platform, evidence: [EVIDENCE] }],
    marking: {
      gsc: 'OFFICIAL-SENSITIVE',
      tlp: 'AMBER',
      handling: ['P'],
      releasableTo: others.filter((each) => each !== ORGANISATIONS[agency].organisation),
    },
  });
  await ordered(doors, `${agency}-referrer`, `/v1/referrals/${referral}/check`, {});
  return referral;
}

async function untilState(
  doors: Doors,
  agency: 'coastal' | 'border',
  referral: string,
  state: string,
): Promise<Referral> {
  return await until(
    `the referral of ${agency} did not come to be ${state}`,
    async () => {
      const shown = await asked<Referral>(doors, `${agency}-referrer`, `/v1/referrals/${referral}`);
      return shown.state === state && shown;
    },
    SOON_MS,
  );
}

/** @returns what happened, in sentences; and whether it is what should have happened */
export async function playCases(doors: Doors, say: (line: string) => void): Promise<boolean> {
  const referrals = {
    coastal: await refer(doors, 'coastal', 'The account that was removed in March offers crossings again.'),
    border: await refer(doors, 'border', 'Offers places in a boat, with a price for each person.'),
  };
  say('  Two agencies refer the account that came back; both wait for the same deconfliction window ...');
  await untilState(doors, 'coastal', referrals.coastal, 'submitted');
  await untilState(doors, 'border', referrals.border, 'submitted');
  const { removals } = await asked<Inbox>(doors, 'chatter-moderator', '/v1/inbox');
  const [item] = removals;
  say(`  The platform has ${removals.length} item in its inbox, asked for ${item?.requests.length ?? 0} times`);
  const outcome = terminated(new Date().toISOString());
  await ordered(doors, 'chatter-moderator', `/v1/inbox/${item?.removal}/decide`, { outcome, reference: 'TS-1' });
  const [one, other] = [
    await untilState(doors, 'coastal', referrals.coastal, 'answered'),
    await untilState(doors, 'border', referrals.border, 'answered'),
  ];
  say('  It terminates the account: each agency finds that in its own case, and nothing of the other agency');
  await ordered(doors, 'chatter-moderator', '/v1/removals', {
    item: PUSHED,
    // Under its own reference and never otherwise: whoever plays the story again sends the same, and nothing is doubled.
    outcome: terminated('2026-04-02T07:30:00Z'),
    reference: 'TS-2026-0402',
    marking: { gsc: 'OFFICIAL', tlp: 'AMBER', releasableTo: [coastal.organisation, border.organisation] },
  });
  say('  Of its own accord it removes an account that nobody had referred, and says so');
  return (
    removals.length === 1 &&
    item?.requests.length === 2 &&
    [one, other].every(({ items }) => items[0]?.outcome?.effect === 'account-terminated') &&
    !JSON.stringify(one).includes(referrals.border)
  );
}
