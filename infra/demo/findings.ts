import { clusterOf, type Doors } from './telling.js';

/** What the same question gives to people of different organisations, and what the story says it must give. */

export interface Finding {
  who: string;
  /** Entities in the cluster around the seed, by kind; empty where nothing may be seen. */
  kinds: Record<string, number>;
  members: number;
  asExpected: boolean;
}

interface Expectation {
  persona: string;
  who: string;
  /** Accounts that the story puts into this viewer's cluster: the first campaign and its successor, or both campaigns. */
  accounts: number;
  /** The same once the partner has handed over what it kept to itself. */
  handedOver: number;
}

const EXPECTED: readonly Expectation[] = [
  { persona: 'coastal-analyst', who: 'Coastal Agency', accounts: 5, handedOver: 9 },
  { persona: 'border-analyst', who: 'Border Unit', accounts: 5, handedOver: 5 },
  { persona: 'partner-analyst', who: 'Partner Agency', accounts: 9, handedOver: 9 },
  { persona: 'lumen-moderator', who: 'Lumen Video (platform)', accounts: 0, handedOver: 0 },
];

export async function findingsOf(doors: Doors, number: string, isHandedOver: boolean): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { persona, who, ...expected } of EXPECTED) {
    const accounts = isHandedOver ? expected.handedOver : expected.accounts;
    const cluster = await clusterOf(doors, persona, number).catch((error: unknown) => {
      if (accounts === 0) return { members: [] };
      throw error;
    });
    const kinds: Record<string, number> = {};
    for (const { entity } of cluster.members ?? []) kinds[entity.kind] = (kinds[entity.kind] ?? 0) + 1;
    findings.push({
      who,
      kinds,
      members: cluster.members?.length ?? 0,
      asExpected: (kinds['account'] ?? 0) === accounts,
    });
  }
  return findings;
}

export function printFindings(findings: readonly Finding[], say: (line?: string) => void): void {
  for (const { who, kinds, members, asExpected } of findings) {
    const parts = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`);
    say(
      `  ${who.padEnd(24)} ${members === 0 ? 'nothing that it may see' : parts.join(', ')}${asExpected ? '' : '   (unexpected)'}`,
    );
  }
}
