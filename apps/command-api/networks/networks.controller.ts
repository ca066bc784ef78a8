import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Roles } from '#access';
import { ASSERTING_ROLES, assertorOf } from '../assertions/assertor.js';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { ChangeNetwork, type NetworkStep } from './change-network.js';
import { AssessRequest, EndRequest, MembersRequest, MergeRequest, ReviseRequest, SplitRequest } from './requests.js';

const DONE = {
  status: 201,
  description: 'Recorded; withdraw an assertion to undo what it says',
  schema: {
    example: {
      network: '0193a1f2-7c00-7000-8000-000000000001',
      entity: '4f0c0c1a2b3c4d5e6f708192a3b4c5d6',
      assertions: ['0193a1f2-7c00-7000-8000-000000000001'],
    },
  },
};
const FAULTY = { status: 400, description: 'A fault of the request; see "faults"' };
const UNKNOWN = { status: 404, description: 'There is nothing here that you may see' };
const WITHDRAWN = { status: 409, description: 'The assessment of the network has been withdrawn, or still running' };

/** Assessed networks. Whoever may see that one was assessed may say more of it: side by side with what others say. */
@ApiTags('networks')
@Controller('v1/networks')
export class NetworksController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({ summary: 'Assess that there is a network: its name, threat and status' })
  @ApiResponse(DONE)
  @ApiResponse(FAULTY)
  assess(@Commanding() asked: Commanded, @Body() given: AssessRequest): Promise<object> {
    return this.change(asked, { type: 'assess', given });
  }

  @Post(':network/revise')
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({
    summary: 'Say its names, threat or status anew',
    description:
      'What your organisation said of the same before is withdrawn with it; what others say stands beside it.',
  })
  @ApiResponse(DONE)
  @ApiResponse(FAULTY)
  @ApiResponse(UNKNOWN)
  @ApiResponse(WITHDRAWN)
  revise(
    @Commanding() asked: Commanded,
    @Param('network') network: string,
    @Body() given: ReviseRequest,
  ): Promise<object> {
    return this.change(asked, { type: 'revise', network, given });
  }

  @Post(':network/members')
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({ summary: 'Say who its members are, with role and dates: one assertion for each' })
  @ApiResponse(DONE)
  @ApiResponse(FAULTY)
  @ApiResponse(UNKNOWN)
  @ApiResponse(WITHDRAWN)
  addMembers(
    @Commanding() asked: Commanded,
    @Param('network') network: string,
    @Body() given: MembersRequest,
  ): Promise<object> {
    return this.change(asked, { type: 'add-members', network, given });
  }

  @Post(':network/members/end')
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({
    summary: 'Say who is no member, from some time on or altogether',
    description:
      'Takes back the memberships of the pair that were recorded before, whoever said them; nothing is overwritten.',
  })
  @ApiResponse(DONE)
  @ApiResponse(FAULTY)
  @ApiResponse(UNKNOWN)
  @ApiResponse(WITHDRAWN)
  endMemberships(
    @Commanding() asked: Commanded,
    @Param('network') network: string,
    @Body() given: EndRequest,
  ): Promise<object> {
    return this.change(asked, { type: 'end-memberships', network, given });
  }

  @Post(':network/merge')
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({
    summary: 'Say that it is part of another network',
    description:
      'Whoever sees the merger sees its members as members of the other too, each under its own marking: also those that you ' +
      'may not see, without your learning of them.',
  })
  @ApiResponse(DONE)
  @ApiResponse({ ...FAULTY, description: 'A fault of the request, or a circle; see "faults"' })
  @ApiResponse(UNKNOWN)
  @ApiResponse(WITHDRAWN)
  merge(
    @Commanding() asked: Commanded,
    @Param('network') network: string,
    @Body() given: MergeRequest,
  ): Promise<object> {
    return this.change(asked, { type: 'merge', network, given });
  }

  @Post(':network/split')
  @Roles(...ASSERTING_ROLES)
  @ApiOperation({
    summary: 'Assess that some of its members are a network of their own, which succeeds it',
    description:
      'Each membership that you name goes along, with its role, under a marking that covers it. Who is not named stays, also ' +
      'whom you may not see. The first assertion of the answer is that of the new network.',
  })
  @ApiResponse(DONE)
  @ApiResponse(FAULTY)
  @ApiResponse(UNKNOWN)
  @ApiResponse(WITHDRAWN)
  split(
    @Commanding() asked: Commanded,
    @Param('network') network: string,
    @Body() given: SplitRequest,
  ): Promise<object> {
    return this.change(asked, { type: 'split', network, given });
  }

  private async change({ viewer, call, answer }: Commanded, step: NetworkStep): Promise<object> {
    return answer(await this.commands.execute(new ChangeNetwork(assertorOf(viewer), call, step)));
  }
}
