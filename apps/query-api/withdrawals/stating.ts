import { referralEntity, type EntityRef, type EventType, type KnownEvent } from '#events';

/** Which events state something in the graph, of whom, and what they go back to. Pure. */

/** All of them; which may be read by the type alone. */
export const STATING: readonly EventType[] = [
  'assertion.made',
  'referral.submitted',
  'referral.answered',
  'referral.finding-recorded',
  'removal.reported',
  'removal.decided',
  'removal.corrected',
];

/** Kinds of streams that state something: an answer names each of their records by its id alone. */
export const STATING_STREAMS = ['assertion', 'referral', 'removal'] as const;

/** What an event goes back to: what a platform answers, in however many cases, goes back to the platform. */
export function originOf({
  type,
  source,
  origin,
}: Pick<KnownEvent, 'source'> & { type: string; origin?: string | undefined }): string | undefined {
  return type === 'referral.answered' ? source : origin;
}

/** Of whom an event may state something, each once. */
export function subjectsOf({ body }: KnownEvent): EntityRef[] {
  switch (body.type) {
    case 'assertion.made':
      return [body.data.subject];
    case 'referral.submitted': {
      const { referral, items } = body.data;
      const successors = items.filter(({ successorOf }) => successorOf !== undefined);
      return once([referralEntity(referral), ...successors.map(({ location }) => location)]);
    }
    case 'referral.answered':
      return [referralEntity(body.data.referral), body.data.location];
    case 'referral.finding-recorded':
      return [body.data.location];
    case 'removal.reported':
    case 'removal.decided':
    case 'removal.corrected':
      return body.data.item === undefined ? [] : [body.data.item.location];
    default:
      return [];
  }
}

function once(entities: readonly EntityRef[]): EntityRef[] {
  return [...new Map(entities.map((one) => [`${one.kind} ${one.key}`, one])).values()];
}
