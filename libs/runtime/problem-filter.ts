import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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

/** Another form of errors than problem+json for the addresses of a protocol that prescribes its own. */
export interface ErrorForm {
  /** First part of the addresses, without a slash at its end: `/taxii2`. */
  under: string;
  mediaType: string;
  bodyOf(problem: ProblemDocument): object;
}

const formsOfServers = new WeakMap<FastifyInstance, readonly ErrorForm[]>();

/** Errors of this server under those addresses have their form, whatever they come from. */
export function useErrorForms(instance: FastifyInstance, forms: readonly ErrorForm[]): void {
  formsOfServers.set(instance, forms);
}

/** Sends a problem document with the headers that its status asks for. */
export function sendProblem(reply: FastifyReply, problem: ProblemDocument): void {
  void reply.send(problemOf(reply, problem));
}

/** Makes the answer a problem's: sets its status and headers and gives its body. */
export function problemOf(reply: FastifyReply, problem: ProblemDocument): Buffer {
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="breakwater"');
  // Whoever knows how long it takes has said so.
  const comesBack = problem.status === 503 || problem.status === 429;
  if (comesBack && !reply.hasHeader('retry-after')) void reply.header('retry-after', '1');
  const path = reply.request.url.split('?', 1)[0] ?? '';
  const form = formsOfServers.get(reply.server)?.find(({ under }) => path === under || path.startsWith(`${under}/`));
  void reply
    .code(problem.status)
    .header('content-type', form?.mediaType ?? 'application/problem+json')
    .header('cache-control', 'no-store');
  // As text: Fastify would add a charset to it and so leave the registered media type.
  return Buffer.from(JSON.stringify(form?.bodyOf(problem) ?? problem));
}
