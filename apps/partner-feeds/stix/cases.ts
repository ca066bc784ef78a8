import type { DataOf, Evidence, Outcome, PartnerType } from '#events';
import { EXTENSION, ofExtension } from './extensions.js';
import { caseNode, nodeOf, organisationId, organisationNode } from './nodes.js';
import { present, type StixDelivery, type StixObject, type VersionedObject } from './stix-object.js';
import { saidObject, type Beside, type SaidBy } from './terms.js';

/** Types of events of referrals and removals that partners get. */
export type CaseType = Exclude<PartnerType, `assertion.${string}`>;

/** Names of organisations, as far as they are known. */
export type Names = (organisation: string) => string | undefined;

type Mapping<Type extends CaseType> = (by: SaidBy, data: DataOf<Type>, names: Names) => StixDelivery;

/** Referrals and removals have no objects in STIX: each event is one of our own, a later state of which is its next version. */
const MAPPINGS: { readonly [Type in CaseType]: Mapping<Type> } = {
  'referral.submitted': (by, data, names) => {
    const located = data.items.map(({ kind, location, successorOf }) => ({
      kind,
      node: nodeOf(location),
      before: successorOf && nodeOf(successorOf.location),
    }));
    const said = own(by, 'breakwater-referral', 'referral', caseNode('referral', data.referral), {
      platform_ref: organisationId(data.platform),
      instrument: data.instrument,
      theme: data.theme,
      received_at: data.receivedAt,
      due_at: data.dueAt,
      referred_items: located.map(({ kind, node, before }) =>
        present({ item_kind: kind, item_ref: node.id, successor_of_ref: before?.id }),
      ),
    });
    const nodes = [
      platform(data.platform, names),
      ...located.flatMap(({ node, before }) => (before === undefined ? [node] : [node, before])),
    ];
    return caseDelivery(by, names, caseNode('referral', data.referral), nodes, said);
  },
  'referral.answered': (by, data, names) => {
    const { said: answer, referral, item, location, at } = data;
    const node = nodeOf(location);
    const said = own(by, 'breakwater-answer', `answer ${item}`, caseNode('referral', referral), {
      item_number: item,
      item_ref: node.id,
      answered_at: at,
      answer: answer.answer,
      ...('outcome' in answer ? { outcome: outcomeOf(answer.outcome) } : {}),
      ...('reason' in answer ? { reason: answer.reason } : {}),
      ...('question' in answer ? { question: answer.question } : {}),
      ...('result' in answer ? { appeal_result: answer.result } : {}),
    });
    return caseDelivery(by, names, caseNode('referral', referral), [node], said);
  },
  'referral.finding-recorded': (by, { referral, item, location, finding, at, evidence, outcome }, names) => {
    const node = nodeOf(location);
    // Each look is of its own: a later one does not correct it.
    const said = own(by, 'breakwater-finding', `finding ${by.event.id}`, caseNode('referral', referral), {
      item_number: item,
      item_ref: node.id,
      finding,
      found_at: at,
      evidence: evidence.map(evidenceOf),
      outcome: outcomeOf(outcome),
    });
    return caseDelivery(by, names, caseNode('referral', referral), [node], said);
  },
  'referral.withdrawn': (by, { referral, reason }, names) => state(by, names, referral, 'withdrawn', { reason }),
  'referral.closed': (by, { referral, reason }, names) => state(by, names, referral, 'closed', { reason }),
  'referral.reopened': (by, { referral, reason, because }, names) =>
    state(by, names, referral, 'reopened', { reason, because }),
  'removal.decided': (by, { removal, outcome, item }, names) =>
    removed(by, names, { removal, outcome, item }, 'decided'),
  'removal.reported': (by, { removal, outcome, item, platform: at, theme, language }, names) =>
    removed(by, names, { removal, outcome, item, platform: at, theme, language }, 'reported'),
  'removal.corrected': (by, { removal, outcome, item, reason }, names) =>
    removed(by, names, { removal, outcome, item, reason }, 'corrected'),
  'removal.appeal-decided': (by, { removal, result, reason, item }, names) =>
    removed(by, names, { removal, item, reason }, `appeal-${result}`),
};

export function caseEvent(type: CaseType, by: SaidBy, names: Names): StixDelivery {
  return (MAPPINGS[type] as Mapping<CaseType>)(by, by.event.data as never, names);
}

interface Removed {
  removal: string;
  outcome?: Outcome | undefined;
  item?: DataOf<'removal.decided'>['item'];
  platform?: string;
  theme?: string | undefined;
  language?: string | undefined;
  reason?: string;
}

/** One object for the removal: a decision, its correction and the end of an appeal are versions of it. */
function removed(by: SaidBy, names: Names, data: Removed, state: string): StixDelivery {
  const { removal, outcome, item, platform: at, theme, language, reason } = data;
  const node = item && nodeOf(item.location);
  const said = own(by, 'breakwater-removal', 'removal', caseNode('removal', removal), {
    state,
    platform_ref: at === undefined ? undefined : organisationId(at),
    item_kind: item?.kind,
    item_ref: node?.id,
    theme,
    item_language: language,
    outcome: outcomeOf(outcome),
    reason,
  });
  const nodes = [...(at === undefined ? [] : [platform(at, names)]), ...(node === undefined ? [] : [node])];
  return caseDelivery(by, names, caseNode('removal', removal), nodes, said);
}

/** How a referral stands is a note on its number, which receivers can show without knowing our own types. */
function state(by: SaidBy, names: Names, referral: string, word: string, beside: Beside): StixDelivery {
  const node = caseNode('referral', referral);
  const content = `The referral was ${word}: ${String(beside['reason'])}`;
  const said = saidObject(by, 'note', 'state', { content, object_refs: [node.id] }, { state: word, ...beside });
  return caseDelivery(by, names, node, [], said);
}

function own(
  by: SaidBy,
  type: string,
  place: string,
  number: StixObject,
  properties: Record<string, unknown>,
): VersionedObject {
  return saidObject(by, type, place, {
    case_ref: number.id,
    ...present(properties),
    ...ofExtension(EXTENSION.cases, 'new-sdo'),
  });
}

function caseDelivery(
  by: SaidBy,
  names: Names,
  number: StixObject,
  nodes: readonly StixObject[],
  said: VersionedObject,
): StixDelivery {
  const author = organisationNode(by.event.source, names(by.event.source));
  const all = new Map([author, number, ...nodes].map((node) => [node.id, node] as const));
  return { nodes: [...all.values()], said: [said] };
}

function platform(organisation: string, names: Names): StixObject {
  return organisationNode(organisation, names(organisation));
}

function outcomeOf(outcome: Outcome | undefined): object | undefined {
  if (outcome === undefined) return undefined;
  const { result, effect, effectiveAt, territory, ground, reason, words, preservedUntil } = outcome;
  return present({
    result,
    effect,
    effective_at: effectiveAt,
    territory,
    ground_basis: ground?.basis,
    ground_provision: ground?.provision,
    reason,
    words,
    preserved_until: preservedUntil,
  });
}

function evidenceOf({ sha256, capturedAt }: Pick<Evidence, 'sha256' | 'capturedAt'>): object {
  return { hashes: { 'SHA-256': sha256 }, captured_at: capturedAt };
}
