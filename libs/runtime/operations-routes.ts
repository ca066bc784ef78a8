import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Draining } from './fastify-server.js';
import { readiness, type HealthCheck } from './health.js';
import type { Logger } from './logging.js';
import { metrics } from './metrics.js';
import { problemDocument } from './problem-document.js';
import { sendProblem } from './problem-filter.js';
import type { ProcessSettings } from './process-settings.js';

interface Operations {
  settings: ProcessSettings;
  log: Logger;
  draining: Draining;
  checks: readonly HealthCheck[];
  document: object | undefined;
}

/** The routes for those who run the app. They tell nothing about anybody's data, which is why they need no caller. */
export function serveOperations(fastify: FastifyInstance, operations: Operations): void {
  const { settings, log, draining, checks, document } = operations;
  fastify.get('/health/live', () => ({ status: 'live' }));
  fastify.get('/health/ready', async (_request, reply) => {
    const outcome = draining.now ? { status: 'stopping', checks: {} } : await readiness(checks, log);
    return reply.code(outcome.status === 'ready' ? 200 : 503).send(outcome);
  });
  fastify.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(request, settings)) {
      sendProblem(reply, problemDocument({ statusCode: 404, code: 'FST_ERR_NOT_FOUND' }, request.id));
      return reply;
    }
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
  if (document !== undefined) fastify.get('/v1/openapi.json', () => document);
}

function mayReadMetrics(request: FastifyRequest, { environment, metricsToken }: ProcessSettings): boolean {
  if (metricsToken === undefined) return environment === 'local';
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  // Hashed first: equal lengths, so that the comparison takes the same time for every wrong token.
  return timingSafeEqual(sha256(given), sha256(metricsToken));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
