/** Who may see what, for the model of feeds: asked of the whole log each time. */
import { FEED, maySee } from '#access';
import type { AgreementMade, BreakwaterEvent, EntityRef, Marking, OrganisationRegistered } from '#events';

export interface ModelEvent {
  position: number;
  /** Microseconds since 1970. */
  givenAt: number;
  id: string;
  stream: string;
  source: string;
  marking: Marking;
  body: BreakwaterEvent;
}

/**
 * Whether an organisation's feeds may hold what is so marked, after some events.
 * @param now milliseconds since 1970; the time of the last event where nothing is said
 */
export function sees(
  past: readonly ModelEvent[],
  organisation: string,
  marking: Marking,
  now = (past.at(-1)?.givenAt ?? 0) / 1000,
): boolean {
  let registered: OrganisationRegistered | undefined;
  let groups: string[] = [];
  let here = true;
  for (const { body } of past) {
    if (!('organisation' in body.data) || body.data.organisation !== organisation) continue;
    if (body.type === 'organisation.registered') registered = body.data;
    if (body.type === 'organisation.registered' || body.type === 'organisation.regrouped') groups = body.data.groups;
    if (body.type === 'organisation.departed') here = false;
    if (body.type === 'organisation.readmitted') here = true;
  }
  if (registered === undefined || !here) return false;
  const given = past.flatMap(({ body }) => (body.type === 'agreement.made' ? [body.data] : []));
  const agreed = given.filter((data) => inForce(past, data, organisation, now)).map(({ group }) => group);
  const viewer = { organisation, kind: registered.kind, subject: 'feed', roles: [], compartments: [], asks: FEED };
  return maySee({ ...viewer, groups: [...groups, ...agreed] }, marking).see;
}

function inForce(
  past: readonly ModelEvent[],
  { agreement, from, until }: AgreementMade,
  organisation: string,
  now: number,
): boolean {
  const ended = past.some(({ body }) => body.type === 'agreement.ended' && body.data.agreement === agreement);
  const dated = Date.parse(from) <= now && (until === undefined || now < Date.parse(until));
  return dated && !ended && agreedIn(past, agreement).includes(organisation);
}

/** Organisations that have agreed, and have not left. */
export function agreedIn(past: readonly ModelEvent[], agreement: string): string[] {
  const parties = new Set<string>();
  for (const { body, source } of past) {
    if (!('agreement' in body.data) || body.data.agreement !== agreement) continue;
    if (body.type === 'agreement.made' && body.data.parties.includes(source)) parties.add(source);
    if (body.type === 'agreement.party-joined') parties.add(body.data.organisation);
    if (body.type === 'agreement.party-left') parties.delete(body.data.organisation);
  }
  return [...parties];
}

/** What an event names. */
export function entitiesOf(body: BreakwaterEvent): EntityRef[] {
  if ('item' in body.data && typeof body.data.item === 'object') return [body.data.item.location];
  if (body.type !== 'assertion.made' && body.type !== 'assertion.withdrawn' && body.type !== 'assertion.regraded')
    return [];
  const { subject, statements } = body.data;
  return [
    subject,
    ...statements.flatMap((each) => ('object' in each && each.object !== undefined ? [each.object] : [])),
  ];
}
