import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Role } from '#events';
import type { ClusterBounds } from './cluster-walk.js';

/** What every question's edge needs beside its own terms. */

/** Who may ask: those who work with intelligence. Moderators, feeds, auditors and administrators have no part in it. */
export const ASKERS: [Role, ...Role[]] = ['analyst', 'referrer', 'authoriser'];

/** Given to handlers by the module. */
export class QuestionRules {
  constructor(
    /** Secret behind the public ids. */
    readonly idKey: Uint8Array,
    readonly bounds: ClusterBounds,
    /** Entities that somebody is tied to above which they count as a hub among key players. */
    readonly tieLimit: number,
  ) {}
}

/** Fires when the caller goes away before the answer: what runs for nobody is stopped. */
export const CallerGone = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal =>
  goneFrom(context.switchToHttp().getResponse<FastifyReply>().raw),
);

/** Fires when the other end of a response goes before it is written. */
export function goneFrom(response: ServerResponse): AbortSignal {
  // Rights are read before anybody listens here, and whoever went meanwhile is not heard going.
  if (response.destroyed) return AbortSignal.abort();
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
