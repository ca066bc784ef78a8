import { applyDecorators, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, type ApiResponseNoStatusOptions } from '@nestjs/swagger';
import { Roles } from '#access';
import type { Role } from '#events';

type Step = (name: string, roles: readonly [Role, ...Role[]], summary: string) => MethodDecorator;

/**
 * Routes of the steps on one kind of thing, `POST :id/NAME`: who may take them, and that each is answered with how the thing
 * stands now. `thing` is the parameter that names it, `description` what holds for all of them.
 */
export function stepsOn(thing: string, answer: ApiResponseNoStatusOptions, description?: string): Step {
  return (name, roles, summary) =>
    applyDecorators(
      Post(`:${thing}/${name}`),
      HttpCode(200),
      Roles(...roles),
      ApiOperation({ summary, ...(description === undefined ? {} : { description }) }),
      ApiOkResponse(answer),
    );
}
