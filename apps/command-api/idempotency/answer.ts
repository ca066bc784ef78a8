import type { FastifyReply } from 'fastify';
import type { Answered } from './once.js';

/** On every answer, refusals too, that is the answer of an earlier call with the same key. */
export const REPLAYED = { 'idempotency-replayed': 'true' } as const;

/** Gives a command's answer its status, and says when it is that of an earlier call. */
export function sendAnswer(reply: FastifyReply, { status, body, replayed }: Answered): object {
  void reply.code(status);
  if (replayed) void reply.headers(REPLAYED);
  return body;
}
