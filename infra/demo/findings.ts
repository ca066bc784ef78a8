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
}

const EXPECTED: readonly Expectation[] = [
  { persona: 'coastal-analyst', who: 'Coastal Agency', accounts: 5 },
  { persona: 'border-analyst', who: 'Border Unit', accounts: 5 },
  { persona: 'partner-analyst', who: 'Partner Agency', accounts: 9 },
  { persona: 'lumen-moderator', who: 'Lumen Video (platform)', accounts: 0 },
];

export async function findingsOf(doors: Doors, number: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { persona, who, accounts } of EXPECTED) {
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

export function printFindings(findings: readonly Finding[], number: string, say: (line?: string) => void): void {
  say(`\nThe network around ${number}, asked by four organisations:\n`);
  for (const { who, kinds, members, asExpected } of findings) {
    const parts = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`);
    say(
      `  ${who.padEnd(24)} ${members === 0 ? 'nothing that it may see' : parts.join(', ')}${asExpected ? '' : '   (unexpected)'}`,
    );
  }
  say(
    '\n  One report, which only the partner holds, joins two campaigns: the others see one of them and no trace of the second.',
  );
}
