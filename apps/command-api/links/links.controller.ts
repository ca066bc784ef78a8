import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Roles } from '#access';
import { ASSERTING_ROLES, assertorOf } from '../assertions/assertor.js';
import type { Wanted } from '../assertions/decide-together.js';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { DecideLink } from './decide-link.js';
import { ReKey } from './re-key.js';
import { demotion, identity } from './identity.js';
import { DemotionRequest, IdentityRequest, ReKeyRequest } from './requests.js';

const DONE = {
  status: 201,
  description: 'Recorded as an assertion; withdraw that to undo it',
  schema: {
    example: {
      id: '0193a1f2-7c00-7000-8000-000000000001',
      stream: 'assertion-0193a1f2-7c00-7000-8000-000000000001',
      version: 1,
      entities: [{ kind: 'account', id: '4f0c0c1a2b3c4d5e6f708192a3b4c5d6' }],
    },
  },
};
const FAULTY = { status: 400, description: 'A fault of the request; see "faults"' };

/** Who is whom, and what binds nobody. */
@ApiTags('identity')
@Controller('v1')
export class LinksController {
  constructor(private readonly commands: CommandBus) {}

  @Post('identities')
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({
    summary: 'Say of two or more entities that they are one, or that they are not',
    description:
      'Each of the others is joined with the subject, or parted from it. A later "not the same" takes back the earlier "same" of ' +
      'its pair only. Both histories stay: whoever withdraws the assertion has them apart again.',
  })
  @ApiResponse(DONE)
  @ApiResponse(FAULTY)
  decide(@Commanding() asked: Commanded, @Body() given: IdentityRequest): Promise<object> {
    return this.decided(asked, identity(given));
  }

  @Post('demotions')
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({
    summary: 'Hold an entity apart as a hub: clusters, key players and paths show it and do not lead through it',
  })
  @ApiResponse(DONE)
  @ApiResponse(FAULTY)
  demote(@Commanding() asked: Commanded, @Body() given: DemotionRequest): Promise<object> {
    return this.decided(asked, demotion(given));
  }

  @Post('identities/re-keyings')
  @HttpCode(200)
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({
    summary:
      'After a change of the rules of identifiers: join the keys of what your organisation said before with those of now',
    description:
      'Reads assertions that stand and that you may see, a few hundred in a call, and says of each key that the rules of now ' +
      'read as another one that the two are one. Each is an assertion that rests on the one that named it: withdraw it to undo ' +
      'it. Where `after` is in the answer, send it with the next call, which needs an Idempotency-Key of its own. A second run ' +
      'finds nothing to do. What was said inside a compartment is re-keyed by somebody who is in it.',
  })
  @ApiResponse({
    status: 200,
    schema: {
      example: {
        version: 3,
        reKeyed: [
          {
            id: '0193a1f2-7c00-7000-8000-000000000009',
            named: '0193a1f2-7c00-7000-8000-000000000001',
            kind: 'handle',
            from: '4f0c0c1a2b3c4d5e6f708192a3b4c5d6',
            to: '9a1b2c3d4e5f60718293a4b5c6d7e8f9',
          },
        ],
        after: 'sealed place',
      },
    },
  })
  @ApiResponse(FAULTY)
  async reKey(@Commanding() { viewer, call, answer }: Commanded, @Body() given: ReKeyRequest): Promise<object> {
    return answer(await this.commands.execute(new ReKey(assertorOf(viewer), call, given)));
  }

  private async decided({ viewer, call, answer }: Commanded, wanted: Wanted): Promise<object> {
    return answer(await this.commands.execute(new DecideLink(assertorOf(viewer), call, wanted)));
  }
}
