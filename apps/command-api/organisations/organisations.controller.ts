import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import { stepsOn } from '../step-route.js';
import { ChangeOrganisation } from './organisations.handler.js';
import type { OrganisationCommand } from './organisation.js';
import { OrganisationLists, type ListedMember, type ListedOrganisation, type Page } from './organisation-lists.js';
import {
  AdmitMemberRequest,
  MembersQuery,
  OrganisationPath,
  IdPageQuery,
  RegisterOrganisationRequest,
  RegroupOrganisationRequest,
  RemoveMemberRequest,
} from './requests.js';

const Step = stepsOn('organisation', { description: '{organisation, changed}' });
/** Who may say so is a rule: members of the group of operators. */
const OPERATORS = ['administrator'] as const;

/** Organisations and their members. What is asked for twice is done once: `changed` says whether anything was. */
@ApiTags('organisations')
@Controller('v1/organisations')
export class OrganisationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly lists: OrganisationLists,
  ) {}

  @Get()
  @Roles('analyst', 'referrer', 'authoriser', 'platform-moderator', 'auditor', 'administrator')
  @ApiOperation({
    summary: 'Organisations that you may know of: for agencies all, for a platform itself and its partners',
  })
  @ApiOkResponse({
    description:
      '{rows: [{organisation, name, kind, groups, departed?}], truncated, after?}; `departed` is the day since which it takes no part any more',
    schema: {
      example: {
        rows: [
          {
            organisation: '0193a1f2-7c00-7000-8000-000000000001',
            name: 'Former Partner',
            kind: 'agency',
            groups: [],
            departed: '2026-11-20',
          },
        ],
        truncated: false,
      },
    },
  })
  organisations(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Query() page: IdPageQuery,
  ): Promise<Page<ListedOrganisation>> {
    return this.lists.organisations(viewer, purpose, page);
  }

  @Get(':organisation/members')
  @Roles('administrator', 'auditor')
  @ApiOperation({ summary: 'Members of your own organisation, with their roles and compartments' })
  @ApiOkResponse({ description: '{rows: [{issuer, subject, roles, compartments}], truncated, after?}' })
  members(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Param() { organisation }: OrganisationPath,
    @Query() page: MembersQuery,
  ): Promise<Page<ListedMember>> {
    return this.lists.members(viewer, purpose, organisation, page);
  }

  /** Takes effect at the next request of each of its members. */
  @Post(':organisation/groups')
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'Say which groups an organisation belongs to from now on (operators only)' })
  @ApiOkResponse({ description: '{organisation, changed}' })
  async regroup(
    @Commanding() by: Commanded,
    @Param() path: OrganisationPath,
    @Body() { purpose, groups }: RegroupOrganisationRequest,
  ): Promise<object> {
    return this.change(by, purpose, { type: 'regroup', groups, ...path });
  }

  @Post()
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'Register an organisation (operators only)' })
  @ApiOkResponse({ description: '{organisation, changed}' })
  async register(
    @Commanding() by: Commanded,
    @Body() { purpose, ...asked }: RegisterOrganisationRequest,
  ): Promise<object> {
    return this.change(by, purpose, { type: 'register', ...asked });
  }

  @Post(':organisation/members')
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'Admit a member, or give it other roles and compartments' })
  @ApiOkResponse({ description: '{organisation, changed}' })
  async admit(
    @Commanding() by: Commanded,
    @Param() path: OrganisationPath,
    @Body() { purpose, ...asked }: AdmitMemberRequest,
  ): Promise<object> {
    return this.change(by, purpose, { type: 'admit', ...asked, ...path });
  }

  /** A POST with a body, because whose membership ends must not stand in an address that is logged on the way. */
  @Post(':organisation/members/remove')
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'Remove a member; it takes effect at its next request' })
  @ApiOkResponse({ description: '{organisation, changed}' })
  async remove(
    @Commanding() by: Commanded,
    @Param() path: OrganisationPath,
    @Body() { purpose, ...asked }: RemoveMemberRequest,
  ): Promise<object> {
    return this.change(by, purpose, { type: 'remove', ...asked, ...path });
  }

  @Step(
    'depart',
    OPERATORS,
    'Say that an organisation takes no part any more (operators only); its feeds end and are recalled',
  )
  depart(
    @Commanding() by: Commanded,
    @Param() path: OrganisationPath,
    @Body() { purpose, reason }: ReasonRequest,
  ): Promise<object> {
    return this.change(by, purpose, { type: 'depart', reason, ...path });
  }

  @Step('readmit', OPERATORS, 'Let it take part again (operators only)')
  readmit(
    @Commanding() by: Commanded,
    @Param() path: OrganisationPath,
    @Body() { purpose }: PurposeRequest,
  ): Promise<object> {
    return this.change(by, purpose, { type: 'readmit', ...path });
  }

  private async change(
    { viewer, call, answer }: Commanded,
    purpose: string,
    command: OrganisationCommand,
  ): Promise<object> {
    return answer(await this.commands.execute(new ChangeOrganisation({ viewer, call, purpose }, command)));
  }
}
