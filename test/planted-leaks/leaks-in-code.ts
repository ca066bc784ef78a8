/** Leaks as somebody might write them, in the code that decides, projects and answers. */
import type { SourceEdit } from './planted-module.js';

export interface Leak extends SourceEdit {
  name: string;
}

const CARD_TOTALS = 'apps/query-api/questions/card-totals.ts';
const CARD = 'apps/query-api/questions/entity-card.ts';
const GRAPH_OF_CLUSTER = 'apps/query-api/questions/cluster-graph.ts';
const GRAPH_OF_TIES = 'apps/query-api/questions/key-players-graph.ts';
const ASSERTION = 'apps/command-api/assertions/assertion.ts';
const BASIS = 'apps/command-api/assertions/basis.ts';
const COMBINE = 'libs/access/combine-markings.ts';
const MAY_SEE = 'libs/access/may-see.ts';

export const LEAKS_IN_CODE: readonly Leak[] = [
  {
    name: 'a statement stands for everybody',
    file: 'apps/query-api/reading/fetch.ts',
    find: 'audiences.includes(statement.aud) &&',
    replace: '',
  },
  {
    name: 'the page is cut before it is filtered, so hidden statements leave it short',
    file: CARD,
    find: '.filter((statement) => touches(statement, params.id) && passes(statement, params) && isAfter(statement, params))\n      .sort(newestFirst)\n      .slice(0, params.limit)\n',
    replace:
      '.filter((statement) => touches(statement, params.id) && isAfter(statement, params))\n      .sort(newestFirst)\n      .slice(0, params.limit)\n      .filter((statement) => passes(statement, params))\n',
  },
  {
    name: 'totals count what is hidden',
    file: CARD_TOTALS,
    find: 'const found = world.filter((one) => touches(one, params.id) && passes(one, params));',
    replace: 'const found = world.filter((one) => touches(one, params.id));',
  },
  {
    name: 'corroboration counts what is hidden',
    file: CARD_TOTALS,
    find: '.filter((one) => touches(one, params.id) && passes(one, params))\n        .map',
    replace: '.filter((one) => touches(one, params.id))\n        .map',
  },
  {
    name: 'a hidden link binds',
    file: GRAPH_OF_CLUSTER,
    find: 'stands(statement, params) &&\n',
    replace: '\n',
  },
  {
    name: 'a hidden link is part of a path',
    file: GRAPH_OF_TIES,
    find: 'stands(one, params) &&\n',
    replace: '\n',
  },
  {
    name: 'hidden links make a hub',
    file: GRAPH_OF_CLUSTER,
    find: 'new Set(bonds.map(({ other }) => other)).size > params.hubLimit',
    replace:
      'new Set(world.filter((each) => touches(each, at)).map((each) => rowOf(each, at).other)).size > params.hubLimit',
  },
  {
    name: 'hidden links make a key player a hub',
    file: GRAPH_OF_TIES,
    find: 'if (others.length > params.hubLimit ||',
    replace:
      'if (new Set(world.filter((one) => touches(one, at)).map((one) => rowOf(one, at).other)).size > params.hubLimit ||',
  },
  {
    name: 'a hub flag comes from a hidden demotion',
    file: 'apps/query-api/reading/demotion.ts',
    find: 'stands(one, terms) &&\n',
    replace: '\n',
  },
  {
    name: 'a membership is ended by a hidden statement',
    file: GRAPH_OF_TIES,
    find: 'touches(one, at) && stands(one, params)',
    replace: 'touches(one, at)',
  },
  {
    name: 'the card of a network counts hidden members',
    file: 'apps/query-api/networks/network-graph.ts',
    find: ": one.relation === 'MEMBER_OF' && holds(one, params)",
    replace: ": one.relation === 'MEMBER_OF'",
  },
  {
    name: 'members come along through a hidden merger',
    file: 'apps/query-api/networks/network-graph.ts',
    find: 'params.ids.includes(one.object.id) && holds(one, params))\n',
    replace: 'params.ids.includes(one.object.id))\n',
  },
  {
    name: 'what was recorded in secret counts as a change',
    file: 'apps/query-api/questions/changes-graph.ts',
    find: 'audiences.includes(aud) && pos <= position',
    replace: 'pos <= position',
  },
  {
    name: 'a claim is told to be supported by what is said in secret',
    file: 'apps/query-api/withdrawals/fall-graph.ts',
    find: 'one.object.id === params.others[pair] && stands(one, params)',
    replace: 'one.object.id === params.others[pair]',
  },
  {
    name: 'a hidden parting shows as a conflict',
    file: GRAPH_OF_CLUSTER,
    find: "statement.relation === 'NOT_SAME_AS' && stands(statement, sight)",
    replace: "statement.relation === 'NOT_SAME_AS'",
  },
  {
    name: 'neighbours are joined by hidden links',
    file: 'apps/query-api/questions/neighbours.ts',
    find: 'one.subject.id !== one.object.id && passes(one, params)',
    replace: 'one.subject.id !== one.object.id',
  },
  {
    name: 'a look-up counts before it filters',
    file: 'apps/query-api/questions/list-look-up.ts',
    find: 'touches(one, id) && stands(one, params) && holdsIn(one, params)',
    replace: 'touches(one, id) && holdsIn(one, params)',
  },
  {
    name: 'names that nobody visibly carries take places of those that somebody does',
    file: 'apps/query-api/questions/search-names.ts',
    find: "one.relation === 'HAS_NAME' && isCarried(one, params)",
    replace: "one.relation === 'HAS_NAME'",
  },
  {
    name: 'who carries a name in secret is found by it',
    file: 'apps/query-api/questions/search-names.ts',
    find: '    stands(one, params) &&\n    holdsIn(one, params) &&\n    (params.labels',
    replace: '    holdsIn(one, params) &&\n    (params.labels',
  },
  {
    name: 'an entity of which everything is hidden is found',
    file: 'apps/query-api/reading/entity.ts',
    find: 'touches(statement, id) && stands(statement, sight)',
    replace: 'touches(statement, id)',
  },
  {
    name: 'a raw log position stands in the answer and numbers what happens in secret',
    file: 'apps/query-api/reading/statement-view.ts',
    find: 'recorded: at,\n',
    replace: 'recorded: at,\n    position: row.pos,\n',
  },
  {
    name: 'truncated is set by hidden rows',
    file: CARD,
    find: 'const truncated = rows.length > terms.limit;',
    replace: 'const truncated = rows.length > terms.limit || beforePos - (rows.at(-1)?.pos ?? 0) === rows.length + 1;',
  },
  {
    name: 'rights worked out for one viewer serve colleagues who are in no compartment',
    file: 'libs/access/viewer.ts',
    find: '[...viewer.compartments].sort(),',
    replace: '',
  },
  {
    name: 'a continuation opens for whoever holds it',
    file: 'apps/query-api/terms/continuation.ts',
    find: 'return [question, organisation, subject, terms];',
    replace: 'return [question, terms];',
  },
  {
    name: 'the refusal about something hidden is told as it is',
    file: 'libs/runtime/problem-document.ts',
    find: "const hidden = error.kind === 'NotFound' || error.kind === 'NotReleasable';",
    replace: "const hidden = error.kind === 'NotFound';",
  },
  {
    name: 'the text of a refusal names who holds what it rests on',
    file: BASIS,
    find: "detail: 'is no event that you may see'",
    replace: 'detail: `is no event that you may see${input === undefined ? "" : ` (${input.originator})`}`',
  },
  {
    name: 'a withdrawal is narrower than what it withdraws',
    file: ASSERTION,
    find: 'actDraft(act, body, marking, [made.id])',
    replace: "actDraft(act, body, { ...marking, tlp: 'AMBER+STRICT', releasableTo: [] }, [made.id])",
  },
  {
    name: 'whoever may not see an assertion is told that it is not theirs',
    file: ASSERTION,
    find: "if (!maySee(viewer, state.marking).see)\n    throw new Refusal('NotReleasable', 'assertion.not-releasable', 'There is no such assertion.');\n  if (made.source",
    replace: 'if (made.source',
  },
  {
    name: 'the strictest label is dropped when statements are combined',
    file: COMBINE,
    find: 'markings.map(({ tlp }) => tlp),',
    replace: '[markings[0]!.tlp],',
  },
  {
    name: 'compartments are dropped when statements are combined',
    file: COMBINE,
    find: 'const compartments = union(markings.map(compartmentsOf));',
    replace: 'const compartments = compartmentsOf(markings[0]!);',
  },
  {
    name: 'recipients of either input get what is derived from both',
    file: COMBINE,
    find: '[...first].filter((name) => others.every((list) => list.has(name)))',
    replace: '[...first].filter((name) => others.length === 0 || others.some((list) => list.has(name)))',
  },
  {
    name: 'a group joined later reads what was RED for named ones',
    file: MAY_SEE,
    find: "byName || (marking.tlp !== 'RED' && ",
    replace: 'byName || (',
  },
  {
    name: 'a platform counts as part of the community',
    file: MAY_SEE,
    find: "if (viewer.kind === 'platform' && reachOf(marking) === 'community') return ['tlp.community'];",
    replace: '',
  },
  {
    name: 'an unknown code is taken for a harmless one',
    file: MAY_SEE,
    find: "if (unknownCodes(marking).length > 0) return ['R8.unknown-code'];\n  if (marking.tlp === 'AMBER+STRICT')",
    replace: "if (marking.tlp === 'AMBER+STRICT')",
  },
  {
    name: 'the compartment is lost on the way into the graph, and its members are kept from it',
    file: 'apps/graph-projector/projections/provenance.ts',
    find: 'aud: audience(event.marking),\n    org',
    replace: 'aud: audience({ ...event.marking, compartment: null }),\n    org',
  },
  {
    name: 'a regrade leaves the old audience in the graph',
    file: 'apps/graph-projector/projections/assertion-graph.ts',
    find: 'regrades: ends.statements.map((end) => ({ ...end, ...anew }))',
    replace: 'regrades: []',
  },
  {
    name: 'what was narrowed is shown until the graph has followed',
    file: 'apps/query-api/reading/asking.ts',
    find: 'leftOut: leftOutFor(behind, audiences)',
    replace: 'leftOut: []',
  },
  {
    name: 'a narrowing does not reach what rests on what was narrowed',
    file: 'apps/command-api/assertions/rests-on.ts',
    find: 'found.set(derived, { stream: derived, known, marking: after });',
    replace: '',
  },
  {
    name: 'a regrade is decided by the first marking and not by the one in force',
    file: 'apps/command-api/assertions/regrade.ts',
    find: 'if (!maySee(viewer, known.marking).see)',
    replace: 'if (!maySee(viewer, made.marking).see)',
  },
];
