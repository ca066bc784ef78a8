import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller, EvenDeparted, EVENT_LOG, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { subscriptionFrom, subscriptionStream } from '#feeds';
import { newId } from '#runtime';
import { Commanding, type Commanded } from '../idempotency/commanding.js';
import { IdPageQuery } from '../organisations/requests.js';
import { IdPath, PurposeRequest, ReasonRequest } from '../permissions/requests.js';
import { stepsOn } from '../step-route.js';
import { consulted } from '../work-list/consulted.js';
import { AnswerRecall, ChangeSubscription, ownSubscription } from './change-subscription.js';
import {
  AnswerRecallRequest,
  ChangeSubscriptionRequest,
  MakeSubscriptionRequest,
  RecallPath,
  RotateKeyRequest,
} from './requests.js';
import { subscriptionsOf, type SubscriptionView } from './subscription-list.js';
import { viewOf } from './subscription-tables.js';
import { TermsGiven } from './terms-given.js';

const VIEW = '{subscription, name, state, reason?, filter, channel, key, keyOverlapUntil?, madeAt}';
const SUBSCRIBERS = ['feed-subscriber'] as const;
const Step = stepsOn('id', { description: VIEW });

/** Feeds of your own organisation. What they hold is read at partner-feeds; here they are made, changed, and their recalls answered. */
@ApiTags('subscriptions')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly terms: TermsGiven,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Post()
  @Roles(...SUBSCRIBERS)
  @ApiOperation({ summary: 'Make a feed of what your organisation may see, from the beginning of the log' })
  @ApiResponse({ status: 201, description: VIEW })
  async make(@Commanding() by: Commanded, @Body() given: MakeSubscriptionRequest): Promise<object> {
    const { purpose, name } = given;
    const subscription = newId();
    const { organisation } = by.viewer;
    const terms = { name, filter: this.terms.filter(given.filter), channel: this.terms.channel(given.channel) };
    const asked = { type: 'make', subscription, organisation, ...terms } as const;
    return this.change(by, purpose, subscription, asked);
  }

  @Get()
  @Roles(...SUBSCRIBERS)
  @ApiOperation({ summary: 'Feeds of your organisation, those that have ended too, newest first' })
  @ApiOkResponse({ description: `{subscriptions: [${VIEW}], truncated, after?}` })
  list(@Caller() viewer: Viewer, @Purpose() purpose: string, @Query() asked: IdPageQuery): Promise<object> {
    return consulted(this.log, { viewer, purpose, ids: [], reason: 'list.subscriptions' }, async (read) => {
      const { page, ...more } = await subscriptionsOf(read, viewer.organisation, asked);
      const streams = await read.readStreams(page.map(subscriptionStream));
      const subscriptions = page.flatMap((id): SubscriptionView[] => {
        const state = subscriptionFrom(streams.get(subscriptionStream(id)) ?? []);
        return state.status === 'absent' ? [] : [viewOf(state)];
      });
      return { answer: { subscriptions, ...more }, ids: page };
    });
  }

  @Get(':id')
  @Roles(...SUBSCRIBERS)
  @ApiOperation({ summary: 'One of them' })
  @ApiOkResponse({ description: VIEW })
  show(@Caller() viewer: Viewer, @Purpose() purpose: string, @Param() { id }: IdPath): Promise<SubscriptionView> {
    return consulted(this.log, { viewer, purpose, ids: [id], reason: 'subscription.show' }, async (read) => ({
      answer: viewOf(await ownSubscription(read, { viewer }, id)),
    }));
  }

  @Step('change', SUBSCRIBERS, 'Change its name, filter or channel; what was sent stays sent')
  alter(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() { purpose, name, filter, channel }: ChangeSubscriptionRequest,
  ): Promise<object> {
    return this.change(by, purpose, id, {
      type: 'change',
      ...(name === undefined ? {} : { name }),
      ...(filter === undefined ? {} : { filter: this.terms.filter(filter) }),
      ...(channel === undefined ? {} : { channel: this.terms.channel(channel) }),
    });
  }

  @Step('pause', SUBSCRIBERS, 'Deliver nothing until it is resumed; its sequence goes on')
  pause(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() { purpose, reason }: ReasonRequest,
  ): Promise<object> {
    return this.change(by, purpose, id, { type: 'pause', reason });
  }

  @Step('resume', SUBSCRIBERS, 'Deliver again, also after a webhook was given up')
  resume(@Commanding() by: Commanded, @Param() { id }: IdPath, @Body() { purpose }: PurposeRequest): Promise<object> {
    return this.change(by, purpose, id, { type: 'resume' });
  }

  @Step('end', SUBSCRIBERS, 'End it for good; recalls of what it holds can still be answered')
  end(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() { purpose, reason }: ReasonRequest,
  ): Promise<object> {
    return this.change(by, purpose, id, { type: 'end', reason });
  }

  @Step('rotate-key', SUBSCRIBERS, 'Sign its webhooks with a new key; the one of today signs too for a while')
  rotateKey(
    @Commanding() by: Commanded,
    @Param() { id }: IdPath,
    @Body() { purpose, overlapHours }: RotateKeyRequest,
  ): Promise<object> {
    return this.change(by, purpose, id, { type: 'rotate-key', now: new Date(), overlapHours });
  }

  @EvenDeparted()
  @Step('recalls/:sequence/answer', SUBSCRIBERS, 'Say what became of a recall; a later answer counts instead')
  async answer(
    @Commanding() by: Commanded,
    @Param() { id, sequence }: RecallPath,
    @Body() { purpose, answer, reason }: AnswerRecallRequest,
  ): Promise<object> {
    const given = { sequence, answer, ...(reason === undefined ? {} : { reason }) };
    return by.answer(await this.commands.execute(new AnswerRecall({ ...by, purpose }, id, given)));
  }

  private async change(
    by: Commanded,
    purpose: string,
    subscription: string,
    asked: ConstructorParameters<typeof ChangeSubscription>[2],
  ): Promise<object> {
    return by.answer(await this.commands.execute(new ChangeSubscription({ ...by, purpose }, subscription, asked)));
  }
}
