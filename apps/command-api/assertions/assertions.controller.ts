import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Roles } from '#access';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { ASSERTING_ROLES, assertorOf, REGRADING_ROLES } from './assertor.js';
import { AssertionBody } from './assertion-body.js';
import { MakeAssertionRequest, RegradeAssertionRequest, WithdrawAssertionRequest } from './assertion-requests.js';
import type { AssertionGiven } from './given.js';
import { MakeAssertion } from './make-assertion.js';
import { RegradeAssertion } from './regrade-assertion.js';
import { WithdrawAssertion } from './withdraw-assertion.js';

const DONE = {
  example: {
    id: '0193a1f2-7c00-7000-8000-000000000001',
    stream: 'assertion-0193a1f2-7c00-7000-8000-000000000001',
    version: 1,
  },
};

@ApiTags('assertions')
@Controller('v1/assertions')
export class AssertionsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({ summary: 'Say something about one subject: up to 64 statements with their grading and marking' })
  @ApiBody({ type: MakeAssertionRequest })
  @ApiResponse({ status: 201, description: 'Recorded', schema: DONE })
  @ApiResponse({ status: 200, description: 'Recorded before, under the same reference with the same content' })
  @ApiResponse({ status: 400, description: 'A fault of the request; see "faults"' })
  @ApiResponse({ status: 409, description: 'Still running, or the reference stands for something else' })
  @ApiResponse({ status: 422, description: 'The Idempotency-Key was used for another request' })
  async make(@Commanding() asked: Commanded, @Body(AssertionBody) given: AssertionGiven): Promise<object> {
    return asked.answer(await this.commands.execute(new MakeAssertion(assertorOf(asked.viewer), asked.call, given)));
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({ summary: 'Withdraw what your organisation has said; it stays readable as known before' })
  @ApiResponse({ status: 200, description: 'Withdrawn', schema: DONE })
  @ApiResponse({ status: 403, description: 'Another organisation made it' })
  @ApiResponse({ status: 404, description: 'There is nothing here that you may see' })
  @ApiResponse({ status: 409, description: 'Withdrawn already, or still running' })
  async withdraw(
    @Commanding() asked: Commanded,
    @Param('id') id: string,
    @Body() given: WithdrawAssertionRequest,
  ): Promise<object> {
    return asked.answer(
      await this.commands.execute(new WithdrawAssertion(assertorOf(asked.viewer), asked.call, id, given)),
    );
  }

  @Post(':id/regrade')
  @HttpCode(200)
  @Roles(...REGRADING_ROLES)
  @ApiOperation({
    summary: 'Give what your organisation has said another marking or grading, for all of its past too',
    description:
      'Takes effect with its answer for every question. What narrows may be done by whoever may say it, and narrows everything ' +
      'that rests on it; what lets anybody see more needs an authoriser. The first grading is kept.',
  })
  @ApiResponse({ status: 200, description: 'Regraded', schema: DONE })
  @ApiResponse({
    status: 403,
    description: 'Another organisation made it, or it would be seen by more: for an authoriser',
  })
  @ApiResponse({ status: 404, description: 'There is nothing here that you may see' })
  @ApiResponse({ status: 409, description: 'Nothing new, too much rests on it, or still running' })
  async regrade(
    @Commanding() asked: Commanded,
    @Param('id') id: string,
    @Body() given: RegradeAssertionRequest,
  ): Promise<object> {
    const by = assertorOf(asked.viewer, REGRADING_ROLES);
    return asked.answer(await this.commands.execute(new RegradeAssertion(by, asked.call, id, given)));
  }
}
