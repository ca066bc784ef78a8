import fastify, { type FastifyInstance } from 'fastify';
import { newId } from './ids.js';
import type { Logger } from './logging.js';
import { requestSeconds } from './metrics.js';
import { problemDocument } from './problem-document.js';
import { sendProblem } from './problem-filter.js';
import { readJson } from './request-body.js';
import { inputRefused } from './request-validation.js';
import { Problem } from './problem.js';
import { continueTrace, inTrace } from './trace.js';

/** Set when the app has been told to stop: what comes in now is sent elsewhere, what is under way ends in peace. */
export interface Draining {
  now: boolean;
}

interface ServerOptions {
  log: Logger;
  draining: Draining;
  bodyLimit: number | undefined;
  ignoreTrailingSlash: boolean;
}

const MEBIBYTE = 1024 * 1024;
/** Longest time for a request to arrive in full: a bulk upload on a slow line, but no endless trickle. */
const REQUEST_TIMEOUT_MS = 300_000;

/** A Fastify instance that answers every fault of the transport with problem+json and gives every request a trace. */
export function openFastify(options: ServerOptions): FastifyInstance {
  const { log, draining, bodyLimit = MEBIBYTE, ignoreTrailingSlash } = options;
  const instance = fastify({
    bodyLimit,
    routerOptions: { ignoreTrailingSlash },
    requestTimeout: REQUEST_TIMEOUT_MS,
    // HEAD would run the whole question and throw its answer away, unseen by whoever reads the audit.
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    genReqId: () => newId(),
    frameworkErrors: (error, request, reply) => {
      void reply.header('request-id', request.id);
      sendProblem(reply, problemDocument(error, request.id));
    },
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return;
      // An answer that is streamed while its request still arrives: a second one in its middle would be read as part of it.
      if ((socket as { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent === true) {
        socket.destroy();
        return;
      }
      const problem = problemDocument({ statusCode: statusOf(error.code), code: 'FST_ERR_CLIENT' }, newId());
      const body = JSON.stringify(problem);
      socket.end(
        `HTTP/1.1 ${problem.status} Bad Request\r\nContent-Type: application/problem+json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  });
  traceRequests(instance);
  instance.addHook('onRequest', (request, reply, done) => {
    if (!draining.now) return done();
    void reply.header('connection', 'close');
    sendProblem(reply, problemDocument({ statusCode: 503, code: 'FST_ERR_STOPPING' }, request.id));
  });
  measureRequests(instance, log);
  parseJson(instance);
  return instance;
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

function traceRequests(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    const given = request.headers['traceparent'];
    const trace = continueTrace(typeof given === 'string' ? given : undefined, request.id);
    void reply.header('request-id', trace.requestId).header('traceparent', trace.traceparent);
    inTrace(trace, done);
  });
}

function measureRequests(instance: FastifyInstance, log: Logger): void {
  instance.addHook('onResponse', (request, reply, done) => {
    // The pattern of the route: an unknown address is whatever somebody typed, and would also be a new time series each.
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    const seconds = reply.elapsedTime / 1000;
    requestSeconds.observe({ method: request.method, route, status: reply.statusCode }, seconds);
    const requestId = reply.getHeader('request-id');
    log.debug({ method: request.method, route, status: reply.statusCode, seconds, requestId }, 'answered');
    done();
  });
}

function parseJson(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
    if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
      done(new Problem('InvalidInput', 'body.not-utf8', 'JSON is read as UTF-8 only; send no other charset.'));
      return;
    }
    const read = readJson(body as Buffer);
    if ('fault' in read) done(inputRefused([read.fault]));
    else done(null, read.value);
  });
}
