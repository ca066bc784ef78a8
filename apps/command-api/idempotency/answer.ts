import type { FastifyReply } from 'fastify';
import type { Answered } from './once.js';

/** Gives a command's answer its status, and says when it is that of an earlier call. */
export function sendAnswer(reply: FastifyReply, { status, body, replayed }: Answered): object {
  void reply.code(status);
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return body;
}
