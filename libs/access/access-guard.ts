import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Role } from '#events';
import { recordAct, type AuditTarget } from './audit.js';
import { bearerToken } from './bearer-token.js';
import { Directory, type Identity } from './directory.js';
import { AccessRefusal } from './refusal.js';
import { EVEN_DEPARTED, ROLES_OF_ROUTE, purposeOf, rememberCaller } from './route-decorators.js';
import { TokenVerifier } from './token-verifier.js';
import { refusals } from './refusal-metrics.js';

/**
 * The one gate of every route. A token that does not verify, a token that is missing and a subject whom no organisation knows
 * all get the same answer; a route without declared roles is closed to everybody, and nearly every one to a departed organisation.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
    private readonly directory: Directory,
    private readonly audit: AuditTarget,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const identity = await this.identityOf(request);
    const viewer = await this.directory.viewerOf(identity);
    if (viewer === undefined) {
      await this.refuse(request, { organisation: null, subject: identity.subject }, 'member.unknown');
      throw notSignedIn();
    }
    if (viewer.departed === true && this.reflector.get(EVEN_DEPARTED, context.getHandler()) !== true) {
      await this.refuse(request, viewer, 'organisation.departed');
      throw new AccessRefusal(
        'Forbidden',
        'organisation.departed',
        'Your organisation takes no part any more; recalls of what it holds can still be read and answered.',
      );
    }
    const roles = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES_OF_ROUTE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!roles?.some((role) => viewer.roles.includes(role))) {
      await this.refuse(request, viewer, roles === undefined ? 'route.without-roles' : 'role.missing');
      throw new AccessRefusal('Forbidden', 'role.missing', 'Your roles do not include one that this needs.');
    }
    const asks = purposeOf(request);
    rememberCaller(request, asks === undefined ? viewer : { ...viewer, asks });
    return true;
  }

  private async identityOf(request: FastifyRequest): Promise<Identity> {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) throw this.unknown('token.missing');
    try {
      return await this.verifier.verify(token);
    } catch (error) {
      if (error instanceof AccessRefusal && error.kind === 'Unauthenticated') throw this.unknown(error.code);
      throw error;
    }
  }

  /** Nobody to name, so there is no audit row that a stranger could fill the table with; the figure shows an attack. */
  private unknown(code: string): AccessRefusal {
    refusals.inc({ code });
    return notSignedIn();
  }

  private async refuse(
    request: FastifyRequest,
    viewer: { organisation: string | null; subject: string },
    code: string,
  ): Promise<void> {
    refusals.inc({ code });
    await recordAct(this.audit, {
      act: 'refusal',
      viewer: { organisation: viewer.organisation, subject: viewer.subject },
      purpose: purposeOf(request) ?? 'unspecified',
      ids: [`${request.method} ${request.routeOptions.url ?? ''}`],
      reason: code,
    });
  }
}

function notSignedIn(): AccessRefusal {
  return new AccessRefusal('Unauthenticated', 'not-signed-in', 'Send the access token of a member as a bearer token.');
}
