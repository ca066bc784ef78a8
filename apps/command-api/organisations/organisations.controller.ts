import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Roles, type Viewer } from '#access';
import { IdempotencyKey, type IdempotentCall } from '../idempotency/idempotent-call.js';
import { ChangeOrganisation } from './organisations.handler.js';
import { AdmitMemberRequest, OrganisationPath, RegisterOrganisationRequest, RemoveMemberRequest } from './requests.js';

/** Organisations and their members. What is asked for twice is done once: `changed` says whether anything was. */
@ApiTags('organisations')
@ApiHeader({ name: 'Idempotency-Key', required: true })
@Controller('v1/organisations')
export class OrganisationsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'Register an organisation (operators only)' })
  @ApiOkResponse({ description: '{organisation, changed}' })
  async register(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Body() { purpose, ...asked }: RegisterOrganisationRequest,
  ): Promise<object> {
    return this.change({ viewer, call, purpose }, { type: 'register', ...asked });
  }

  @Post(':organisation/members')
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'Admit a member, or give it other roles and compartments' })
  @ApiOkResponse({ description: '{organisation, changed}' })
  async admit(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() path: OrganisationPath,
    @Body() { purpose, ...asked }: AdmitMemberRequest,
  ): Promise<object> {
    return this.change({ viewer, call, purpose }, { type: 'admit', ...asked, ...path });
  }

  /** A POST with a body, because whose membership ends must not stand in an address that is logged on the way. */
  @Post(':organisation/members/remove')
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'Remove a member; it takes effect at its next request' })
  @ApiOkResponse({ description: '{organisation, changed}' })
  async remove(
    @Caller() viewer: Viewer,
    @IdempotencyKey() call: IdempotentCall,
    @Param() path: OrganisationPath,
    @Body() { purpose, ...asked }: RemoveMemberRequest,
  ): Promise<object> {
    return this.change({ viewer, call, purpose }, { type: 'remove', ...asked, ...path });
  }

  private async change(...[caller, command]: ConstructorParameters<typeof ChangeOrganisation>): Promise<object> {
    return (await this.commands.execute(new ChangeOrganisation(caller, command))).body;
  }
}
