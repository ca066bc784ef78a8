import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from './logging.js';
import { problemDocument, type ProblemDocument } from './problem-document.js';
import { isKnownError } from './problem.js';

/** The only place where an error becomes an HTTP answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Logger,
    private readonly allowedMethods: (path: string) => readonly string[],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.raw.headersSent) {
      // The answer has begun, so the only honest sign that is left is a broken connection.
      this.log.error({ err: error }, 'failed after the answer had begun');
      reply.raw.destroy();
      return;
    }
    const problem = this.withMethods(problemDocument(error, request.id), request, reply);
    if (problem.status >= 500)
      this.log[problem.status === 500 ? 'error' : 'warn']({ err: error, code: problem.code }, 'request failed');
    if (isKnownError(error) && error.headers !== undefined) void reply.headers(error.headers);
    sendProblem(reply, problem);
  }

  /** Fastify answers a wrong method like an unknown address; people deserve to be told which it is. */
  private withMethods(problem: ProblemDocument, request: FastifyRequest, reply: FastifyReply): ProblemDocument {
    if (problem.code !== 'route.unknown') return problem;
    const methods = this.allowedMethods(request.url.split('?', 1)[0] ?? '');
    if (methods.length === 0) return problem;
    void reply.header('allow', methods.join(', '));
    return problemDocument({ statusCode: 405, code: 'FST_ERR_METHOD' }, problem.requestId);
  }
}

/** Sends a problem document with the headers that its status asks for. */
export function sendProblem(reply: FastifyReply, problem: ProblemDocument): void {
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="breakwater"');
  // Whoever knows how long it takes has said so.
  const comesBack = problem.status === 503 || problem.status === 429;
  if (comesBack && !reply.hasHeader('retry-after')) void reply.header('retry-after', '1');
  // As text: Fastify would add a charset to it and so leave the registered media type.
  void reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify(problem)));
}
