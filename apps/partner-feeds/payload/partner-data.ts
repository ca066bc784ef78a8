import type {
  CaseItem,
  DataOf,
  Decision,
  EntityRef,
  Evidence,
  Ground,
  LinkStatement,
  LiteralStatement,
  Outcome,
  PartnerType,
  PlatformAnswer,
  Statement,
  StatementEnds,
} from '#events';
import { allowing, each, eachOf, onlyAllowed, type AllowedFields, type Allowing } from './allowed-fields.js';

/**
 * What partners get of the data of each type of event: the statement itself. The sender's own references and batches stay at home,
 * as does how somebody looked and who else is concerned with it.
 */
type PartnerData = { readonly [Type in PartnerType]: Allowing<DataOf<Type>, object> };

const entity = onlyAllowed<EntityRef>({ kind: true, key: true, raw: true, region: true, quality: true });
const item = onlyAllowed<CaseItem>({ kind: true, location: entity });
const ground = onlyAllowed<Ground>({ basis: true, provision: true });
/** The store that has a piece of evidence, and its reference there, are nobody else's affair. */
const evidence = each<Evidence>({ sha256: true, capturedAt: true, custody: false });
const outcome = onlyAllowed<Outcome>({
  result: true,
  effect: true,
  effectiveAt: true,
  territory: true,
  ground,
  reason: true,
  words: true,
  preservedUntil: true,
});

const terms = { from: true, to: true, confidence: true, count: true } as const;
const link = onlyAllowed<LinkStatement>({
  ...terms,
  relation: true,
  object: entity,
  category: true,
  // A task of the sender's own people.
  categoriseBy: false,
  role: true,
});
const literal = onlyAllowed<LiteralStatement>({ ...terms, relation: true, property: true, value: true, unit: true });
const statement = allowing(
  (said: Statement) => (said.relation === 'STATED' ? literal(said) : link(said)),
  (given) => literal.schema(link.schema(given)),
);
const ends = each<StatementEnds>({ index: true, relation: true, object: entity });
const decision = onlyAllowed<Decision>({ act: true, reason: true });

type Said<Answer extends PlatformAnswer['answer']> = Extract<PlatformAnswer, { answer: Answer }>;
const SAID: { [Answer in PlatformAnswer['answer']]: AllowedFields<Said<Answer>> } = {
  acknowledged: { answer: true },
  asked: { answer: true, reason: true, question: true },
  decided: { answer: true, outcome },
  corrected: { answer: true, outcome, reason: true },
  'appeal-opened': { answer: true },
  'appeal-decided': { answer: true, result: true },
};
const ANSWERS = Object.keys(SAID) as PlatformAnswer['answer'][];
const saidOf = (answer: PlatformAnswer['answer']) =>
  onlyAllowed<PlatformAnswer>(SAID[answer] as AllowedFields<PlatformAnswer>);
const said = allowing(
  (answer: PlatformAnswer) => saidOf(answer.answer)(answer),
  (given) => ANSWERS.reduce((schema, answer) => saidOf(answer).schema(schema), given),
);

type ReferredOut = DataOf<'referral.submitted'>['items'][number];
const caseEnded = { referral: true, reason: true } as const;

export const PARTNER_DATA: PartnerData = {
  'assertion.made': onlyAllowed<DataOf<'assertion.made'>>({
    subject: entity,
    statements: eachOf(statement),
    reference: false,
    decision,
  }),
  'assertion.withdrawn': onlyAllowed<DataOf<'assertion.withdrawn'>>({
    subject: entity,
    statements: ends,
    reason: true,
  }),
  'assertion.regraded': onlyAllowed<DataOf<'assertion.regraded'>>({ subject: entity, statements: ends, reason: true }),
  'referral.submitted': onlyAllowed<DataOf<'referral.submitted'>>({
    referral: true,
    platform: true,
    instrument: true,
    theme: true,
    receivedAt: true,
    dueAt: true,
    items: each<ReferredOut>({ kind: true, location: entity, successorOf: onlyAllowed({ location: entity }) }),
  }),
  'referral.answered': onlyAllowed<DataOf<'referral.answered'>>({
    referral: true,
    item: true,
    location: entity,
    at: true,
    said,
  }),
  'referral.finding-recorded': onlyAllowed<DataOf<'referral.finding-recorded'>>({
    referral: true,
    item: true,
    location: entity,
    finding: true,
    at: true,
    // Where somebody looks from shows how they look.
    vantage: false,
    evidence,
    outcome,
  }),
  'referral.withdrawn': onlyAllowed<DataOf<'referral.withdrawn'>>(caseEnded),
  'referral.closed': onlyAllowed<DataOf<'referral.closed'>>(caseEnded),
  'referral.reopened': onlyAllowed<DataOf<'referral.reopened'>>({ referral: true, because: true, reason: true }),
  'removal.decided': onlyAllowed<DataOf<'removal.decided'>>({
    removal: true,
    outcome,
    reference: false,
    batch: false,
    item,
  }),
  'removal.reported': onlyAllowed<DataOf<'removal.reported'>>({
    removal: true,
    platform: true,
    item,
    theme: true,
    language: true,
    outcome,
    reference: false,
    batch: false,
  }),
  'removal.corrected': onlyAllowed<DataOf<'removal.corrected'>>({
    removal: true,
    corrects: true,
    outcome,
    reason: true,
    batch: false,
    // Another case of the platform, of which partners may get nothing.
    continuedIn: false,
    item,
  }),
  'removal.appeal-decided': onlyAllowed<DataOf<'removal.appeal-decided'>>({
    removal: true,
    result: true,
    reason: true,
    item,
  }),
};
