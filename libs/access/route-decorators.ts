import { SetMetadata, applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Role } from '#events';
import { AccessRefusal } from './refusal.js';
import type { Viewer } from './viewer.js';

export const ROLES_OF_ROUTE = 'breakwater:roles';

/** Name under which the OpenAPI document tells the roles of a route; what is tested from the document rests on it. */
const ROLES_IN_DOCUMENT = 'x-roles';

/**
 * Who may call a route: members with at least one of these roles. A route that declares none is refused to everybody.
 * The guard and the OpenAPI document read one and the same list; on a method it counts before that of its class.
 */
export function Roles(first: Role, ...others: Role[]): ClassDecorator & MethodDecorator {
  const roles = [first, ...others];
  return applyDecorators(SetMetadata(ROLES_OF_ROUTE, roles), ApiExtension(ROLES_IN_DOCUMENT, roles));
}

export const EVEN_DEPARTED = 'breakwater:even-departed';

/** Name under which the OpenAPI document tells that members of a departed organisation may call a route too. */
const EVEN_DEPARTED_IN_DOCUMENT = 'x-even-departed';

/**
 * Also for members whose organisation has departed, who are refused everywhere else: what it holds can still be taken back, and
 * it must be able to read so and to answer.
 */
export function EvenDeparted(): MethodDecorator {
  return applyDecorators(SetMetadata(EVEN_DEPARTED, true), ApiExtension(EVEN_DEPARTED_IN_DOCUMENT, true));
}

/** Callers of the requests under way. Kept beside the request, where no plugin or body can put one. */
const callers = new WeakMap<FastifyRequest, Viewer>();

export function rememberCaller(request: FastifyRequest, viewer: Viewer): void {
  callers.set(request, viewer);
}

export function callerIfKnown(request: FastifyRequest): Viewer | undefined {
  return callers.get(request);
}

export function callerOf(request: FastifyRequest): Viewer {
  const viewer = callers.get(request);
  if (viewer === undefined)
    throw new AccessRefusal('Unauthenticated', 'caller.none', 'the guard has not run for this route');
  return viewer;
}

/** The {@link Viewer} that the guard found for this request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Header in which a question names the operation or reason that it is asked for. */
export const PURPOSE_HEADER = 'breakwater-purpose';
/** A purpose is a code and no prose: it is written into every audit row. */
export const PURPOSE = /^[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,99}$/;

/** The purpose in the header, or undefined where there is none or it is no code. */
export function purposeOf(request: FastifyRequest): string | undefined {
  const given = request.headers[PURPOSE_HEADER];
  return typeof given === 'string' && PURPOSE.test(given) ? given : undefined;
}

/** The purpose that the body of a command names, or undefined where it is none. */
export function purposeIn(body: unknown): string | undefined {
  const given = (body as { purpose?: unknown } | null | undefined)?.purpose;
  return typeof given === 'string' && PURPOSE.test(given) ? given : undefined;
}

/**
 * For a parameter decorator that reads a header: the OpenAPI document then names the header on every route that reads it, and
 * on no other.
 */
export function documentedHeader(header: {
  name: string;
  description: string;
  /** Default: yes. */
  required?: boolean;
}): ParameterDecorator {
  return (target, key) => {
    const route = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key !== undefined && route !== undefined) ApiHeader({ required: true, ...header })(target, key, route);
  };
}

/** The purpose of a question; a question without one is refused, since the audit must be able to say what it was for. */
export const Purpose = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => {
    const purpose = purposeOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (purpose !== undefined) return purpose;
    throw new AccessRefusal(
      'InvalidInput',
      'purpose.missing',
      'Say what the question is for: header Breakwater-Purpose with a code of at most 100 letters, digits, spaces and . _ : / -',
    );
  },
  [documentedHeader({ name: 'Breakwater-Purpose', description: 'Code of the operation or reason' })],
);
