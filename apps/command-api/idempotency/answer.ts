import type { FastifyReply } from 'fastify';
import { REPLAYED } from './kept-answers.js';
import type { Answered } from './once.js';

/** Gives a command's answer its status, and says when it is that of an earlier call. */
export function sendAnswer(reply: FastifyReply, { status, body, replayed }: Answered): object {
  void reply.code(status);
  if (replayed) void reply.headers(REPLAYED);
  return body;
}
