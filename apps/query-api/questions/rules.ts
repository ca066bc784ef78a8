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
export const CallerGone = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const { raw } = context.switchToHttp().getResponse<FastifyReply>();
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
});
