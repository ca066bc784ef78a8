import { ORGANISATIONS } from '../local/issuer/index.js';
import { CAMPAIGNS, type Campaign } from './cast.js';
import type { Teller } from './scenario.js';
import { ordered, question, type Doors } from './telling.js';

/**
 * What analysts make of the accounts: two assessed networks with members and roles, which turn out to be one. One agency knows
 * of a member that the author of the merger may not see: it comes along, for that agency alone.
 */

const [first, second] = CAMPAIGNS;
const ROLES = ['organiser', 'advertiser', 'recruiter', 'account-administrator'] as const;
const OTHERS: Teller[] = ['border', 'partner'];

/** Who sees how many members of the network once both are one. */
const EXPECTED: readonly { persona: string; who: string; members: number }[] = [
  { persona: 'coastal-analyst', who: 'Coastal Agency', members: 7 },
  { persona: 'border-analyst', who: 'Border Unit', members: 8 },
  { persona: 'partner-analyst', who: 'Partner Agency', members: 7 },
];

interface Decided {
  network: string;
  entity: string;
}

function terms(by: Teller, releasedTo: readonly Teller[], reason: string): object {
  return {
    grading: { scheme: '3x5x2', source: '2', information: 'B' },
    marking: {
      gsc: 'OFFICIAL-SENSITIVE',
      tlp: releasedTo.length === 0 ? 'AMBER+STRICT' : 'AMBER',
      handling: ['P'],
      releasableTo: releasedTo.map((teller) => ORGANISATIONS[teller].organisation),
    },
    statementKind: { kind: 'assessment', assessor: `${by} desk` },
    time: { at: '2026-03-10' },
    reason,
  };
}

async function assess(doors: Doors, campaign: Campaign): Promise<Decided> {
  const common = terms('coastal', OTHERS, 'The accounts sell the same crossings under the same numbers.');
  const [name, ...aliases] = campaign.group.names;
  const assessed = await ordered<Decided>(doors, 'coastal-analyst', '/v1/networks', {
    ...common,
    ...{ name, aliases, threat: 'high', status: 'active' },
  });
  await ordered(doors, 'coastal-analyst', `/v1/networks/${assessed.network}/members`, {
    ...common,
    members: campaign.accounts.map(({ platform, id }, index) => ({
      entity: { kind: 'account', value: id, platform },
      role: ROLES[index % ROLES.length],
      from: '2026-01',
    })),
  });
  return assessed;
}

export interface Networks {
  /** The one that took the other in. */
  whole: Decided;
  part: Decided;
}

/** Two networks, and a member of the second that only the border unit knows of. */
export async function assessNetworks(doors: Doors): Promise<Networks> {
  const [whole, part] = [await assess(doors, first), await assess(doors, second)];
  await ordered(doors, 'border-analyst', `/v1/networks/${part.network}/members`, {
    ...terms('border', [], 'A source names this number as the one that is paid.'),
    members: [{ entity: { kind: 'phone-number', value: second.numbers[0] }, role: 'money-handler', from: '2026-02' }],
  });
  return { whole, part };
}

export async function mergeNetworks(doors: Doors, { whole, part }: Networks): Promise<void> {
  await ordered(doors, 'coastal-analyst', `/v1/networks/${part.network}/merge`, {
    ...terms('coastal', OTHERS, 'An account of the one answers to a number of the other.'),
    ...{ into: whole.network, from: '2026-02-27' },
  });
}

export interface MembersFound {
  who: string;
  members: number;
  asExpected: boolean;
}

export async function membersFound(doors: Doors, { whole }: Networks): Promise<MembersFound[]> {
  return await Promise.all(
    EXPECTED.map(async ({ persona, who, members }) => {
      const card = await question<{ totals?: { members: number } }>(doors, persona, 'network-card', {
        seed: { id: whole.entity },
      });
      const found = card.totals?.members ?? 0;
      return { who, members: found, asExpected: found === members };
    }),
  );
}
