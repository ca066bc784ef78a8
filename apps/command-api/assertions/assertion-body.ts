import type { PipeTransform } from '@nestjs/common';
import { requestValidation } from '#runtime';
import { hasForm } from './assertion-form.js';
import { MakeAssertionRequest } from './assertion-requests.js';
import type { AssertionGiven } from './given.js';

/**
 * The body of a single assertion. Nearly all are right, and the compiled schema says so in microseconds; the others go through
 * class-validator, whose faults are made for people (it cost a tenth of a whole command for those that have none).
 */
export class AssertionBody implements PipeTransform<unknown, Promise<AssertionGiven>> {
  private readonly explaining = requestValidation();

  async transform(value: unknown): Promise<AssertionGiven> {
    if (hasForm(value)) return value;
    return (await this.explaining.transform(value, { type: 'body', metatype: MakeAssertionRequest })) as AssertionGiven;
  }
}
