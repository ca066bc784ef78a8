/**
 * Two installations in which the same is said openly, while in one of them others also do things in secret. Whoever may not see
 * the secrets tries every door of command-api: what they get must not tell them in which of the two they are.
 */
import { randomUUID } from 'node:crypto';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { sealEverything } from '../support/audit-sealer.js';
import { openTestCommandApp, type TestCommandApp } from '../support/command-app.js';
import { call } from '../support/http.js';
import { hold } from './held-secrets.js';

/** Ids that steps gave, by name. */
export type Ids = Readonly<Record<string, string>>;

export interface Step {
  as: string;
  /** Route after `POST /v1/`. */
  route: string | ((ids: Ids) => string);
  json: object | ((ids: Ids) => object);
  /** Gives its answer's fields these names. */
  gives?: Record<string, string>;
  /** Done in one of the two worlds only. */
  secret?: true;
  status: number;
}

export interface World {
  app: TestCommandApp;
  ids: Record<string, string>;
  /** Public ids of networks, by what they stand for: they are made from random ids, so they differ in any two runs. */
  entities: Map<string, string>;
  /** What the open steps were answered. */
  answers: string[];
}

const PURPOSE = 'operation-tern';

/** Plays the steps; without secrets an id that nobody has stands for each that a secret step would have given. */
export async function play(name: string, steps: readonly Step[], secrets: boolean): Promise<World> {
  const world: World = { app: await openTestCommandApp(name), ids: {}, entities: new Map(), answers: [] };
  for (const step of steps) {
    if (step.secret === true && !secrets) {
      for (const given of Object.values(step.gives ?? {})) world.ids[given] = randomUUID();
      continue;
    }
    const { status, body, text } = await send(world, step);
    if (status !== step.status) throw new Error(`${step.as} ${routeOf(step, world.ids)}: ${status} ${text}`);
    for (const [field, given] of Object.entries(step.gives ?? {})) {
      world.ids[given] = String(body[field]);
      if (field === 'network') world.entities.set(String(body['entity']), given);
    }
    if (step.secret !== true) world.answers.push(`${status} ${comparable(world, text)}`);
  }
  await hold(world, secrets);
  await sealEverything(world.app.store.log);
  return world;
}

function routeOf({ route }: Step, ids: Ids): string {
  return typeof route === 'string' ? route : route(ids);
}

async function send(world: World, step: Step) {
  const { app, ids } = world;
  return await call<Record<string, unknown>>(app.address, `POST /v1/${routeOf(step, ids)}`, {
    token: await app.tokenOf(step.as),
    json: { purpose: PURPOSE, ...(typeof step.json === 'function' ? step.json(ids) : step.json) },
    headers: { 'idempotency-key': randomUUID() },
  });
}

/** What somebody is answered who sends this, status and headers that could differ included. */
export async function tried(world: World, step: Step): Promise<string> {
  const { status, text, headers } = await send(world, step);
  return `${status} ${headers['retry-after'] ?? ''} ${comparable(world, text)}`;
}

export async function looked(world: World, as: string, path: string): Promise<string> {
  const { status, text, headers } = await call(world.app.address, `GET ${path}`, {
    token: await world.app.tokenOf(as),
    headers: { 'breakwater-purpose': PURPOSE },
  });
  return `${status} ${headers['retry-after'] ?? ''} ${comparable(world, text)}`;
}

interface Operation {
  'x-roles'?: string[];
  parameters?: { name: string; in: string }[];
}

/**
 * Doors that are left out, each with its reason. The chain of the audit counts the acts of everybody, which is what makes it
 * provable: its places and length are known to whoever verifies it (libs/access/README.md).
 */
const COUNTS_EVERYBODY = ['/v1/audit/chain', '/v1/audit/checkpoints', '/v1/audit/entries/{seq}/proof'];

/** Paths of every GET that the app has; where it has one parameter, or asks for an item, with each of these ids in its place. */
export async function pathsOf({ app, ids }: World): Promise<{ path: string; named: string }[]> {
  const { body } = await call<{ paths: Record<string, Record<string, Operation>> }>(
    app.address,
    'GET /v1/openapi.json',
  );
  const routes = Object.entries(body.paths).filter(
    ([path, operations]) => operations['get'] !== undefined && !COUNTS_EVERYBODY.includes(path),
  );
  return routes.flatMap(([path, operations]) => {
    if (operations['get']?.parameters?.some(({ name }) => name === 'item') === true)
      return Object.entries(ids).map(([name, id]) => {
        const kind = name.includes('referral') ? 'referral' : 'assertion';
        return { path: `${path}?item=${kind}-${id}`, named: `${path}?item=${name}` };
      });
    const parameter = /\{\w+\}/.exec(path)?.[0];
    if (parameter === undefined) return [{ path, named: path }];
    return Object.entries(ids).flatMap(([name, id]) =>
      forms(path, id).map((value) => ({
        path: path.replace(parameter, value),
        named: path.replace(parameter, value.replace(id, name)),
      })),
    );
  });
}

const STREAMS = ['assertion', 'permission', 'release', 'disclosure', 'referral', 'removal', 'interest'];

function forms(path: string, id: string): string[] {
  return path.includes('/streams/') ? STREAMS.map((kind) => `${kind}-${id}`) : [id];
}

/** Organisations of the personas. */
const SAME_EVERYWHERE: ReadonlySet<string> = new Set(
  Object.values(ORGANISATIONS).map(({ organisation }) => organisation),
);

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const PUBLIC_ID = /\b[0-9a-f]{32}\b/g;
const MOMENT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z?/g;
const HASHES = /"(?:hash|traceparent|etag|requestId|correlationId|continuation|cursor)":"[^"]*"/gi;
/** Each installation has an issuer of its own. */
const ISSUER = /http:\/\/issuer\.localhost\/[0-9a-f]+/g;
/** Numbers of the chain, and of the database's transactions that order it: they count everybody's acts. */
const PLACES = /"(?:seq|place|txid)":"?\d+"?/g;

/** The text with what differs between any two runs taken out of it: ids by name or by their order, moments, random marks. */
export function comparable({ ids, entities }: World, text: string): string {
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  let others = 0;
  return text
    .replace(ISSUER, 'issuer')
    .replace(HASHES, '"-"')
    .replace(PLACES, '"-"')
    .replace(MOMENT, 'moment')
    .replace(PUBLIC_ID, (id) => entities.get(id) ?? id)
    .replace(ID, (id) => {
      if (SAME_EVERYWHERE.has(id)) return id;
      const name = names.get(id) ?? `other ${(others += 1)}`;
      names.set(id, name);
      return name;
    });
}
