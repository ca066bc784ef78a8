import { createHash } from 'node:crypto';
import { periodOf, type BreakwaterEvent, type EntityRef, type Theme } from '#events';

/** What a filter looks at in the data of an event. */
export interface Facts {
  themes: readonly Theme[];
  platforms: readonly string[];
  territories: readonly string[];
  entities: readonly EntityRef[];
}

/** An entity named as belonging to a network, or as parted from it, by the place of the statement. */
export interface Belonging {
  index: number;
  parts: boolean;
  /** First second of what is claimed; absent where it is undated. */
  since?: number | undefined;
  /** Network and entity as {@link entityToken} names them. */
  network: string;
  entity: string;
}

/** The facts of an event that partners may get. What it does not say it has not: nothing is looked up elsewhere. */
export function factsOf(body: BreakwaterEvent): Facts {
  const entities = entitiesOf(body);
  const { theme, territory } = classification(body);
  return {
    themes: theme === undefined ? [] : [theme],
    platforms: [...new Set(entities.flatMap((entity) => platformOf(entity) ?? []))],
    territories: territory,
    entities,
  };
}

function entitiesOf(body: BreakwaterEvent): EntityRef[] {
  switch (body.type) {
    case 'assertion.made':
    case 'assertion.withdrawn':
    case 'assertion.regraded': {
      const { subject, statements } = body.data;
      const objects = statements.flatMap((statement) => ('object' in statement ? (statement.object ?? []) : []));
      return [subject, ...objects];
    }
    case 'referral.submitted':
      return body.data.items.map(({ location }) => location);
    case 'referral.answered':
    case 'referral.finding-recorded':
      return [body.data.location];
    case 'removal.decided':
    case 'removal.reported':
    case 'removal.corrected':
    case 'removal.appeal-decided':
      return body.data.item === undefined ? [] : [body.data.item.location];
    default:
      return [];
  }
}

function classification(body: BreakwaterEvent): { theme?: Theme | undefined; territory: readonly string[] } {
  switch (body.type) {
    case 'referral.submitted':
      return { theme: body.data.theme, territory: [] };
    case 'referral.answered': {
      const { said } = body.data;
      return { territory: ('outcome' in said ? said.outcome?.territory : undefined) ?? [] };
    }
    case 'referral.finding-recorded':
    case 'removal.decided':
    case 'removal.corrected':
      return { territory: body.data.outcome?.territory ?? [] };
    case 'removal.reported':
      return { theme: body.data.theme, territory: body.data.outcome.territory ?? [] };
    default:
      return { territory: [] };
  }
}

const ON_PLATFORMS: readonly EntityRef['kind'][] = ['account', 'handle', 'group', 'invite', 'item'];

/** The platform on which something is, as the beginning of its canonical key names it. */
function platformOf({ kind, key }: EntityRef): string | undefined {
  const colon = key.indexOf(':');
  return ON_PLATFORMS.includes(kind) && colon > 0 ? key.slice(0, colon) : undefined;
}

/** Memberships of networks that an assertion states, and ends of such. */
export function belongingsOf(body: BreakwaterEvent): Belonging[] {
  if (body.type !== 'assertion.made') return [];
  const { subject, statements } = body.data;
  return statements.flatMap((statement, index) => {
    const { relation, from } = statement;
    if ((relation !== 'MEMBER_OF' && relation !== 'NOT_MEMBER_OF') || statement.object.kind !== 'network') return [];
    const since = from === undefined ? undefined : periodOf(from)?.from;
    const pair = { network: entityToken(statement.object), entity: entityToken(subject) };
    return [{ index, parts: relation === 'NOT_MEMBER_OF', since, ...pair }];
  });
}

/** A short name for an entity: keys may be longer than an index takes. */
export function entityToken({ kind, key }: Pick<EntityRef, 'kind' | 'key'>): string {
  return createHash('sha256').update(`${kind}\n${key}`).digest('base64url').slice(0, 32);
}
