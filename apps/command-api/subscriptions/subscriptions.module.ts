import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { WebhookTargets } from '#feeds';
import { AnswerRecallHandler, ChangeSubscriptionHandler } from './change-subscription.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { TermsGiven } from './terms-given.js';

/** Needs AccessModule beside it, which gives the log. */
@Module({})
export class SubscriptionsModule {
  /** @param targets where webhooks may go */
  static with(targets: WebhookTargets): DynamicModule {
    return {
      module: SubscriptionsModule,
      imports: [CqrsModule],
      controllers: [SubscriptionsController],
      providers: [
        { provide: TermsGiven, useValue: new TermsGiven(targets) },
        ChangeSubscriptionHandler,
        AnswerRecallHandler,
      ],
    };
  }
}
