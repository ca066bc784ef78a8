import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FETCHES, NEARBY_FETCHES, NODES_FETCHES, PAST_ALL_RIGHTS } from '../query-api.js';
import { BINDING_RELATIONS, HELD } from '../questions/cluster-graph.js';
import { TIED, TYING_RELATIONS } from '../questions/key-players-graph.js';

/**
 * The graph store has no access control of its own: a relationship without the predicate would show everything to everybody.
 * So each Cypher is read here and each relationship of it has to name the audience, the position, the withdrawal, and what a
 * regrade takes away before the graph has followed.
 */

interface Relationship {
  name: string;
  types: string[];
}

function relationshipsOf(cypher: string): Relationship[] {
  return [...cypher.matchAll(/-\[([^\]]*)\]-/g)].map(([, inner = '']) => {
    const [name = '', types = ''] = inner.split(':');
    return { name: name.trim(), types: types.split('|').map((type) => type.trim()) };
  });
}

/** What a walk goes along: not what parts a pair, nor the literal that demotes an entity, nor its referrals and removals. */
function walkedIn(cypher: string): string[][] {
  return relationshipsOf(cypher)
    .map(({ types }) => types.filter((type) => !type.startsWith('NOT_')))
    .filter((types) => !['', 'STATED', 'REFERS,REMOVED'].includes(types.join()));
}

const predicates = (name: string): RegExp[] => [
  new RegExp(`\\b${name}\\.aud IN \\$audiences\\b`),
  // What changed since an earlier position is asked of what stood there, withdrawn since or not.
  new RegExp(
    `\\b${name}\\.pos <= \\$position AND \\(${name}\\.gone IS NULL OR ${name}\\.gone > \\$(position|since)\\)`,
  ),
  new RegExp(`\\bAND NOT ${name}\\.pos IN \\$leftOut\\b`),
];

/** The WHERE that belongs to a relationship: from its pattern to the next clause. */
function whereOf(cypher: string, name: string): string {
  const rest = cypher.slice(cypher.indexOf(`-[${name}`));
  return rest.slice(0, rest.slice(1).search(/\b(MATCH|RETURN|WITH|UNWIND|CALL)\b/) + 1 || undefined);
}

function withoutBrackets(text: string): string {
  const outer = text.replaceAll(/\([^()]*\)/g, '');
  return outer === text ? text : withoutBrackets(outer);
}

function faultsOf(cypher: string): string[] {
  const faults: string[] = [];
  const found = relationshipsOf(cypher);
  const arrows = cypher.match(/--|-->|<--|\*\d*\.\.|shortestPath|\{\d*,\d*\}/g);
  if (arrows !== null) faults.push(`a path or relationship without a name: ${arrows.join(' ')}`);
  for (const { name } of found) {
    if (!/^\w+$/.test(name)) {
      faults.push(`a relationship without a name, or of a length: [${name}]`);
      continue;
    }
    if (found.filter((other) => other.name === name).length > 1)
      faults.push(`two relationships are both named ${name}`);
    const where = whereOf(cypher, name);
    for (const predicate of predicates(name))
      if (!predicate.test(where)) faults.push(`${name} lacks ${predicate.source}`);
    if (/\bOR\b/.test(withoutBrackets(where))) faults.push(`${name} can be reached by an OR beside its predicate`);
  }
  if (/\b(CREATE|MERGE|SET|DELETE|REMOVE|LOAD|FOREACH|apoc|db\.|dbms\.)\b/.test(cypher))
    faults.push('it does not only read');
  return faults;
}

describe('the Cypher of every question', () => {
  it.each([...FETCHES, ...NEARBY_FETCHES, ...NODES_FETCHES].map((fetch) => [fetch.name, fetch.cypher]))(
    '%s looks only at statements that the viewer may see',
    (_, cypher) => {
      expect(relationshipsOf(cypher).length).toBeGreaterThan(0);
      expect(faultsOf(cypher)).toEqual([]);
    },
  );

  it('would be caught without the predicate, with an OR around it, or with a path that hides relationships', () => {
    for (const { cypher } of [...FETCHES, ...NEARBY_FETCHES, ...NODES_FETCHES]) {
      expect(faultsOf(cypher.replace(/(\w)\.aud IN \$audiences AND /, ''))).not.toEqual([]);
      expect(faultsOf(cypher.replace(/(\w)\.aud IN \$audiences AND/, '$1.aud IN $audiences OR'))).not.toEqual([]);
      expect(faultsOf(cypher.replace(/-\[\w/, '-[*..3'))).not.toEqual([]);
      expect(faultsOf(cypher.replace(/-\[\w+(:[^\]]*)?\]-/, '--'))).not.toEqual([]);
      expect(faultsOf(cypher.replace(/AND NOT \w\.pos IN \$leftOut/, ''))).not.toEqual([]);
      expect(faultsOf(cypher.replace(/AND NOT (\w)\.pos IN \$leftOut/, 'OR NOT $1.pos IN $leftOut'))).not.toEqual([]);
      expect(faultsOf(cypher.replace(/\w\.gone > \$(position|since)/, 'true'))).not.toEqual([]);
    }
  });

  it('takes every input as a parameter: no text is ever put together', () => {
    const sources = readdirSync(join(import.meta.dirname, '..'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => readFileSync(join(import.meta.dirname, '..', file), 'utf8'));
    const literals = sources.flatMap((source) => source.match(/`[^`]*`|'[^'\n]*'|"[^"\n]*"/g) ?? []);
    const cypher = literals.filter((text) => /\bMATCH\b|\bUNWIND\b/.test(text));
    // Two more: how a text becomes one that reads what stands nearby, and one that knows nodes by their numbers.
    expect(cypher.length).toBe(FETCHES.length + PAST_ALL_RIGHTS.length + 2);
    for (const text of cypher) expect(text).not.toMatch(/\$\{/);
    const calls = sources.flatMap(
      (source) => source.match(/graph\.(read|stream|transact|command)[^;]*?\(([^,)]*)/g) ?? [],
    );
    for (const call of calls) expect(call).toMatch(/\((fetch\.cypher|cypher)$/);
    expect(sources.some((source) => /cypher: [^`\n]*\+|cypher: \w+\(/.test(source))).toBe(false);
  });

  it('is the only one: no other app reads statements from the graph, and no lib but that of the graph', () => {
    const root = join(import.meta.dirname, '../../..');
    const elsewhere = ['apps', 'libs'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((file) => `${folder}/${file}`)
        .filter((file) => /\.ts$/.test(file) && !/\.(spec|fixture)\.ts$/.test(file))
        .filter((file) => !/^(apps\/query-api|libs\/graph)\//.test(file)),
    );
    expect(elsewhere.length).toBeGreaterThan(200);
    const reading = elsewhere.filter((file) => {
      const literals = readFileSync(join(root, file), 'utf8').match(/`[^`]*`|'[^'\n]*'|"[^"\n]*"/g) ?? [];
      return literals.some((text) => /\bMATCH\b[^]*(-\[|\)--?>?\()/.test(text));
    });
    expect(reading).toEqual([]);
  });

  it('of walks and of what stands behind them looks up no id where numbers are known', () => {
    expect(NODES_FETCHES.map(({ name }) => name.split(',')[0]).sort()).toEqual([
      'cluster.held',
      'key-players.tied',
      'paths.said',
      'what-would-fall.support',
    ]);
    for (const { cypher } of NODES_FETCHES) expect(cypher).not.toMatch(/\{id:|\.id IN \$/);
  });

  it('of a cluster walks exactly the relations of the documented list', () => {
    expect(walkedIn(HELD.cypher).map((types) => [...types].sort())).toEqual([[...BINDING_RELATIONS].sort()]);
  });

  it('of key players walks exactly the relations that tie', () => {
    const walked = walkedIn(TIED.cypher);
    expect(walked).toHaveLength(2);
    for (const types of walked) expect([...types].sort()).toEqual([...TYING_RELATIONS].sort());
  });
});
