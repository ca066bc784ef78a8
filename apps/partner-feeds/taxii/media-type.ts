import { NotAcceptableException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { ErrorForm } from '#runtime';

/** Media type of every answer: clients look for both parts of it and take it apart at the semicolon. */
export const TAXII = 'application/taxii+json;version=2.1';

/** Whoever names no version gets the highest; whoever names none but others is told before anything is read. @throws 406 */
export function refuseUnlessAccepted(accept: string | undefined): void {
  if (accept === undefined || accept.trim() === '' || accept.split(',').some(isAnswered)) return;
  throw new NotAcceptableException();
}

function isAnswered(range: string): boolean {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const valueOf = (name: string): string | undefined =>
    parameters.map((each) => each.split('=', 2).map((part) => part.trim())).find(([key]) => key === name)?.[1];
  if (Number(valueOf('q') ?? 1) === 0) return false;
  if (type === '*/*' || type === 'application/*') return true;
  return type === 'application/taxii+json' && (valueOf('version') ?? '2.1').replaceAll('"', '') === '2.1';
}

/** Errors as TAXII writes them (2.1, 3.6.1): its clients read nothing else. */
export const TAXII_ERRORS: ErrorForm = {
  under: '/taxii2',
  mediaType: TAXII,
  bodyOf: ({ title, detail, code, status, requestId, faults }) => ({
    title,
    description: detail,
    error_id: requestId,
    error_code: code,
    http_status: String(status),
    ...(faults === undefined ? {} : { details: { faults } }),
  }),
};

/** Whoever posts objects is told that nothing is posted here, and not that the media type is unknown. */
export function takeTaxiiBodies(fastify: FastifyInstance): void {
  fastify.addContentTypeParser('application/taxii+json', { parseAs: 'buffer' }, (_request, _body, done) => done(null));
}
