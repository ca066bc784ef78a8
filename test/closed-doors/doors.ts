/** The doors of an app, as its OpenAPI document names them: what is tested is what the guard and the document both read. */
import { randomUUID } from 'node:crypto';
import type { Role } from '#events';
import { call, type CallOptions } from '../support/http.js';

export interface Door {
  app: string;
  address: string;
  method: string;
  /** With an id nobody has in place of each parameter. */
  path: string;
  roles: readonly Role[];
  contentType: string | undefined;
  /** Whether members of an organisation that has departed may knock too. */
  evenDeparted: boolean;
}

interface Operation {
  'x-roles'?: Role[];
  'x-even-departed'?: boolean;
  requestBody?: { content: Record<string, unknown> };
}

export async function doorsOf(app: string, address: string): Promise<Door[]> {
  const { body } = await call<{ paths: Record<string, Record<string, Operation>> }>(address, 'GET /v1/openapi.json');
  return Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      app,
      address,
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, randomUUID()),
      roles: operation['x-roles'] ?? [],
      evenDeparted: operation['x-even-departed'] === true,
      contentType: Object.keys(operation.requestBody?.content ?? {})[0],
    })),
  );
}

/** A request that is whole as far as the guard looks, and that every door refuses to carry out: its body says nothing. */
export function knocking({ method, contentType = 'application/json' }: Door): CallOptions {
  const headers = { 'breakwater-purpose': 'operation-tern', 'idempotency-key': randomUUID() };
  if (method === 'GET') return { headers };
  return { headers: { ...headers, 'content-type': contentType }, bytes: contentType.includes('json') ? '{}' : '' };
}
