import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf, documentedHeader, type Viewer } from '#access';
import { callOf, type IdempotentCall } from './idempotent-call.js';
import { REPLAYED } from './kept-answers.js';
import type { Answered } from './once.js';

/** A command as it arrives: who gives it, and as which call. */
export interface Commanded {
  viewer: Viewer;
  call: IdempotentCall;
  /** Gives the answer its status, and says when it is that of an earlier call. */
  answer(answered: Answered): object;
}

/** What every route of a command is given. @throws `idempotency-key.missing`, `idempotency-key.malformed` */
export const Commanding = createParamDecorator(
  (_: unknown, context: ExecutionContext): Commanded => {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    return {
      viewer: callerOf(request),
      call: callOf(request),
      answer: (answered) => sent(http.getResponse<FastifyReply>(), answered),
    };
  },
  [
    documentedHeader({
      name: 'Idempotency-Key',
      description: 'New for each command, the same for its repeats within 24 hours',
    }),
  ],
);

function sent(reply: FastifyReply, { status, body, replayed }: Answered): object {
  void reply.code(status);
  if (replayed) void reply.headers(REPLAYED);
  return body;
}
