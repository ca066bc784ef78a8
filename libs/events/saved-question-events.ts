import { uuid } from './permission-schemas.js';

/** Questions that can be asked again by name. What stands in their terms is checked when they are asked. */
export const SAVABLE_QUESTIONS = [
  'search',
  'entity-card',
  'timeline',
  'neighbours',
  'cluster',
  'network-card',
  'key-players',
  'paths',
  'changes',
] as const;
export type SavableQuestion = (typeof SAVABLE_QUESTIONS)[number];

/** A question that an operation asks again and again, for the members of one organisation who may see its marking. */
export interface QuestionSaved {
  saved: string;
  /** Code of the operation or case, as in the purpose of a call. */
  operation: string;
  name: string;
  question: SavableQuestion;
  /** What is sent with it; it names whom it is about. */
  terms: Record<string, unknown>;
}

export interface QuestionForgotten {
  saved: string;
  reason: string;
}

export type SavedQuestionEvent =
  | { type: 'question.saved'; version: 1; data: QuestionSaved }
  | { type: 'question.forgotten'; version: 1; data: QuestionForgotten };

/** Longest terms, as JSON: a question is asked with a few words, and not with a list of thousands. */
export const MAX_SAVED_TERMS = 8_000;
export const MAX_SAVED_NAME = 100;

function row<Schema extends object>(schema: Schema, personal: readonly { pointer: string; subject: string }[]) {
  return { topic: 'network.events', version: 1, schema, personal, partners: 'nothing', upcasters: [] } as const;
}

/** Rows of the catalogue for saved questions. */
export const SAVED_QUESTION_CATALOGUE = {
  'question.saved': row(
    {
      type: 'object',
      additionalProperties: false,
      required: ['saved', 'operation', 'name', 'question', 'terms'],
      properties: {
        saved: uuid,
        operation: { type: 'string', minLength: 1, maxLength: 100 },
        name: { type: 'string', minLength: 1, maxLength: MAX_SAVED_NAME },
        question: { enum: SAVABLE_QUESTIONS },
        terms: { type: 'object', maxProperties: 20 },
      },
    },
    [
      { pointer: '/name', subject: 'whomever the question is about' },
      { pointer: '/terms', subject: 'whomever the question is about' },
    ],
  ),
  'question.forgotten': row(
    {
      type: 'object',
      additionalProperties: false,
      required: ['saved', 'reason'],
      properties: { saved: uuid, reason: { type: 'string', minLength: 1, maxLength: 2_000 } },
    },
    [],
  ),
} as const;
