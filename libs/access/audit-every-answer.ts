import type { OnModuleInit } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { currentTrace, problemDocument, problemOf } from '#runtime';
import { isRecorded, recordAct, type AuditTarget } from './audit.js';
import { callerIfKnown, purposeOf, purposeIn } from './route-decorators.js';
import type { Viewer } from './viewer.js';

/**
 * The net below every route: an answer to a known caller leaves only when something of its request stands in the audit. Routes record
 * what they did, with its ids; what is left is recorded here: a refusal by any rule (R17), a repeat that got its kept answer,
 * and a route whose author forgot. Answers that are streams have begun before they are known, so their routes record for themselves.
 */
export class AuditEveryAnswer implements OnModuleInit {
  constructor(
    private readonly adapters: HttpAdapterHost,
    private readonly target: AuditTarget,
  ) {}

  onModuleInit(): void {
    const instance = this.adapters.httpAdapter.getInstance<FastifyInstance>();
    instance.addHook('onSend', (request, reply, payload: unknown, done) => {
      const viewer = callerIfKnown(request);
      if (viewer === undefined || isRecorded(currentTrace()) || isStream(payload)) return done(null, payload);
      this.record(request, reply, viewer, payload).then(
        (answer) => done(null, answer),
        (error: Error) => done(error),
      );
    });
  }

  private async record(
    request: FastifyRequest,
    reply: FastifyReply,
    viewer: Viewer,
    payload: unknown,
  ): Promise<unknown> {
    const refused = reply.statusCode >= 400;
    try {
      await recordAct(this.target, {
        act: refused ? 'refusal' : 'consultation',
        viewer,
        purpose: purposeOf(request) ?? purposeIn(request.body) ?? 'unspecified',
        ids: [`${request.method} ${request.routeOptions.url ?? ''}`],
        reason: refused ? codeIn(payload) : 'request.answered',
      });
      return payload;
    } catch (error) {
      if (reply.statusCode >= 500) return payload; // an outage is no act; where the audit can be reached it is noted all the same
      return problemOf(reply, problemDocument(error, request.id));
    }
  }
}

function isStream(payload: unknown): boolean {
  return typeof (payload as { pipe?: unknown } | null)?.pipe === 'function';
}

/** Stable code of a problem document, or of the body of a protocol's own; never its text, which may quote what was sent. */
function codeIn(payload: unknown): string {
  try {
    const { error_code: own, code = own } = JSON.parse(String(payload)) as { code?: unknown; error_code?: unknown };
    return typeof code === 'string' ? code : 'unknown';
  } catch {
    return 'unknown';
  }
}
