import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import canonicalize from 'canonicalize';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { documentedHeader } from '#access';
import { Problem } from '#runtime';

/**
 * Tag of what a viewer sees, and of nothing else: what is hidden from them never changes it (DESIGN 6). So whoever decides on
 * what they have read finds out that it has changed, and nobody finds out that something else has.
 */
export function etagOf(view: object): string {
  return `"${createHash('sha256')
    .update(canonicalize(view) ?? '')
    .digest('base64url')}"`;
}

/** Gives an answer its tag. */
export function sendTagged<View extends object>(reply: FastifyReply, view: View): View {
  void reply.header('etag', etagOf(view));
  return view;
}

/** The tags in `If-Match`; undefined where the caller takes the thing as it is. */
export const IfMatch = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => {
    const given = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
    return given === undefined || given.trim() === '*' ? undefined : given;
  },
  [
    documentedHeader({
      name: 'If-Match',
      description: 'ETag of what you decided on: refused with 412 where it has changed since',
      required: false,
    }),
  ],
);

/** @throws Problem `etag.changed` where the viewer would see something else now */
export function refuseChanged(ifMatch: string | undefined, view: object): void {
  if (ifMatch === undefined) return;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (!tags.includes(etagOf(view)))
    throw new Problem(
      'PreconditionFailed',
      'etag.changed',
      'It has changed since you read it; read it again and decide anew.',
    );
}
