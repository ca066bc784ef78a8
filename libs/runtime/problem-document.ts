import { HttpException } from '@nestjs/common';
import { isKnownError, type ErrorKind, type Fault } from './problem.js';

/** An answer in the form of RFC 9457. `type` and `code` are stable; `title` and `detail` are for people and may change. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  /** Whether the same request may succeed later without any change. */
  retriable: boolean;
  requestId: string;
  faults?: readonly Fault[];
}

/** The one table from kinds of error to HTTP. Kinds that are missing here are bugs: 500, opaque. */
const FATES: Readonly<Record<ErrorKind, { status: number; title: string }>> = {
  InvalidInput: { status: 400, title: 'The request is not valid' },
  Unauthenticated: { status: 401, title: 'Not signed in' },
  Forbidden: { status: 403, title: 'Not allowed' },
  NotFound: { status: 404, title: 'Not found' },
  NotReleasable: { status: 404, title: 'Not found' },
  RuleRefused: { status: 409, title: 'A rule forbids it' },
  StreamConflict: { status: 409, title: 'Somebody else was first' },
  InProgress: { status: 409, title: 'Still running' },
  PreconditionFailed: { status: 412, title: 'It has changed' },
  TooLarge: { status: 413, title: 'Too large' },
  Unprocessable: { status: 422, title: 'Not the same request' },
  RateLimited: { status: 429, title: 'Too many requests' },
  Unavailable: { status: 503, title: 'Not available' },
};

/** What Nest and Fastify refuse before any of our code runs, by status. */
const EDGE: Readonly<Record<number, { code: string; title: string; detail: string }>> = {
  400: { code: 'request.malformed', title: 'The request is not valid', detail: 'The request is malformed.' },
  404: { code: 'route.unknown', title: 'Not found', detail: 'There is no such route.' },
  405: {
    code: 'method.not-allowed',
    title: 'Wrong method',
    detail: 'This route does not take this method; see Allow.',
  },
  406: {
    code: 'accept.not-available',
    title: 'Not in that form',
    detail: 'This route does not answer in any of the media types that Accept names.',
  },
  408: { code: 'request.too-slow', title: 'Too slow', detail: 'The request did not arrive in time.' },
  413: { code: 'body.too-large', title: 'Too large', detail: 'The body is larger than this route takes.' },
  414: { code: 'url.too-long', title: 'Too long', detail: 'A part of the address is longer than any route takes.' },
  415: {
    code: 'content-type.unsupported',
    title: 'Wrong content type',
    detail: 'This route does not take this content type; send application/json unless the route says otherwise.',
  },
  431: { code: 'headers.too-large', title: 'Too large', detail: 'The headers are larger than this server takes.' },
  503: { code: 'server.stopping', title: 'Not available', detail: 'This server is stopping; repeat the request.' },
};

/** What may not be seen answers exactly like what does not exist: one text for both, whatever the error says. */
const HIDDEN = { code: 'not-found', detail: 'There is nothing here that you may see.' } as const;

/** Any error at all as a problem document. Never throws; a bug gives an opaque 500 that only the log explains. */
export function problemDocument(error: unknown, requestId: string): ProblemDocument {
  if (isKnownError(error)) {
    const { status, title } = FATES[error.kind];
    const hidden = error.kind === 'NotFound' || error.kind === 'NotReleasable';
    return document(status, title, {
      requestId,
      retriable: error.retriable,
      ...(hidden
        ? HIDDEN
        : { code: error.code, detail: error.message, ...(error.faults === undefined ? {} : { faults: error.faults }) }),
    });
  }
  const status = edgeStatus(error);
  const edge = EDGE[status];
  if (edge === undefined)
    return document(500, 'Internal error', {
      code: 'internal',
      detail: 'Something went wrong here. Name the request id when you report it.',
      retriable: false,
      requestId,
    });
  const { title, ...rest } = edge;
  return document(status, title, { ...rest, retriable: status === 503 || status === 408, requestId });
}

function document(
  status: number,
  title: string,
  rest: Omit<ProblemDocument, 'type' | 'title' | 'status'>,
): ProblemDocument {
  const { code, detail, retriable, requestId, faults } = rest;
  const type = `urn:breakwater:problem:${code}`;
  return { type, title, status, detail, code, retriable, requestId, ...(faults === undefined ? {} : { faults }) };
}

function edgeStatus(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  // Only errors of the server itself: a foreign error that happens to carry a status must not choose our answer.
  return typeof statusCode === 'number' && typeof code === 'string' && code.startsWith('FST_ERR_') ? statusCode : 500;
}
