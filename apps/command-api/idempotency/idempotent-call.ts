import { Refusal } from '#events';
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FastifyRequest } from 'fastify';

/** A call that shall take effect once, however often it arrives. */
export interface IdempotentCall {
  /** Chosen by the caller; scoped to organisation and subject, because a colleague may see less. */
  key: string;
  /** Hash of route and body: the same key with another body is a mistake of the caller. */
  fingerprint: Buffer;
}

const IDEMPOTENCY_HEADER = 'idempotency-key';
const KEY = /^[\x21-\x7e]{1,200}$/;

/** Reads the header `Idempotency-Key`, with or without the quotes of the IETF draft. A command without one is refused. */
export function callOf(request: FastifyRequest): IdempotentCall {
  const given = request.headers[IDEMPOTENCY_HEADER];
  const key = typeof given === 'string' ? given.trim().replace(/^"(.*)"$/, '$1') : '';
  if (!KEY.test(key))
    throw new Refusal(
      'InvalidInput',
      given === undefined ? 'idempotency-key.missing' : 'idempotency-key.malformed',
      'Send the header Idempotency-Key: 1 to 200 visible ASCII characters, new for each command and the same for its repeats.',
    );
  const said = canonicalize([request.method, request.routeOptions.url, request.params, request.body]) ?? '';
  return { key, fingerprint: createHash('sha256').update(said).digest() };
}
