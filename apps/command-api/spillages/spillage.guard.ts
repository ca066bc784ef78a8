import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ABOVE_OFFICIAL, EVENT_LOG, SPILLAGE_DETAIL, callerOf, isSpillage, recordActs } from '#access';
import type { EventLog, LogWrites } from '#event-log';
import { newId } from '#runtime';
import { Refusal } from '#events';
import { countRefusal } from '../command-figures.js';
import { traced } from '../traced.js';
import { spillageOf } from './report-spillage.js';

/**
 * Stands before every route, after the guard that knows the caller and before the form of a request is checked: what is marked
 * above OFFICIAL is refused first, whatever else is wrong with it, and comes to no key, reference, report or log (R7). Bulk
 * intake, whose body is a stream, judges each line by the same rule. No interceptor: each command would pay for an observable.
 */
@Injectable()
export class SpillageGuard implements CanActivate {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  canActivate(context: ExecutionContext): true | Promise<never> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return hasBeenParsed(request.body) && isSpillage(request.body) ? this.refuse(request) : true;
  }

  private async refuse(request: FastifyRequest): Promise<never> {
    await this.raise(request);
    throw new Refusal('InvalidInput', ABOVE_OFFICIAL, SPILLAGE_DETAIL, [
      { pointer: '', code: ABOVE_OFFICIAL, detail: SPILLAGE_DETAIL },
    ]);
  }

  private async raise(request: FastifyRequest): Promise<void> {
    const viewer = callerOf(request);
    // Counted and logged before anything can fail: an incident must not go unseen because the log does not answer.
    countRefusal(ABOVE_OFFICIAL, viewer);
    const where = `${request.method} ${request.routeOptions.url ?? ''}`;
    const spillage = spillageOf({ id: newId(), viewer, now: new Date(), where, count: 1 });
    await this.log.transact(() =>
      Promise.resolve({
        append: traced([spillage.write]),
        afterwards: (write: LogWrites) => Promise.all([recordActs(write, [spillage.audit]), spillage.keep(write)]),
      }),
    );
  }
}

function hasBeenParsed(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !('pipe' in body && typeof body.pipe === 'function');
}
