import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '#access';
import type { DeconflictionSettings } from '#casework';
import type { EventLog } from '#event-log';
import type { WebhookTargets } from '#feeds';
import type { OidcSettings } from '#runtime';
import { AgreementsModule } from './agreements/agreements.module.js';
import type { AssertionRules } from './assertions/assertion-rules.js';
import { AssertionsModule } from './assertions/assertions.module.js';
import { EntityNames } from './assertions/entity-names.js';
import { CategoriesModule } from './categories/categories.module.js';
import { AuditModule } from './audit/audit.module.js';
import { DeconflictionModule } from './deconfliction/deconfliction.module.js';
import { DisclosuresModule } from './disclosures/disclosures.module.js';
import { FiguresModule } from './figures/figures.module.js';
import { HeldModule } from './held/held.module.js';
import { LinksModule } from './links/links.module.js';
import { LogModule } from './log/log.module.js';
import { NetworksModule } from './networks/networks.module.js';
import { OrganisationsModule } from './organisations/organisations.module.js';
import { ParkedModule } from './parked/parked.module.js';
import { PermissionsModule } from './permissions/permissions.module.js';
import { ReferralsModule } from './referrals/referrals.module.js';
import { ReleasesModule } from './releases/releases.module.js';
import type { PushSettings } from './removals/push/push-settings.js';
import { RemovalsModule } from './removals/removals.module.js';
import { SavedQuestionsModule } from './saved-questions/saved-questions.module.js';
import { SealedCursors } from './sealed-cursor.js';
import { SpillagesModule } from './spillages/spillages.module.js';
import { SubscriptionsModule } from './subscriptions/subscriptions.module.js';
import type { DecisionSettings } from './work-list/decision-settings.js';
import { WorkListModule } from './work-list/work-list.module.js';

interface Parts {
  log: EventLog;
  oidc: OidcSettings;
  /** Secret behind the public ids of entities, in base64. */
  idKey: string;
  rules: AssertionRules;
  /** Time limits of decisions about passing on. */
  decisions: DecisionSettings;
  /** How the check before a referral works. */
  deconfliction: DeconflictionSettings;
  /** How much one platform may push at a time. */
  push: PushSettings;
  /** Where webhooks of subscriptions may go. */
  webhooks: WebhookTargets;
}

/** The whole command interface, a module for each feature. The caller opens the log and closes it. */
@Module({})
export class AppModule {
  static with({ log, oidc, idKey, rules, decisions, deconfliction, push, webhooks }: Parts): DynamicModule {
    const names = new EntityNames(idKey);
    return {
      module: AppModule,
      imports: [
        AccessModule.with({ log, oidc }),
        AssertionsModule.with(names, rules),
        AgreementsModule,
        AuditModule.with(names),
        CategoriesModule,
        DeconflictionModule.with(names),
        DisclosuresModule.with(decisions),
        FiguresModule,
        HeldModule,
        LinksModule.with(names, rules, new SealedCursors(idKey)),
        LogModule,
        NetworksModule.with(names, rules),
        OrganisationsModule,
        ParkedModule,
        SpillagesModule,
        PermissionsModule.with(decisions),
        ReferralsModule.with({ names, cursors: new SealedCursors(idKey), rules, deconfliction }),
        ReleasesModule.with(decisions),
        RemovalsModule.with({ names, cursors: new SealedCursors(idKey), push }),
        SavedQuestionsModule,
        SubscriptionsModule.with(webhooks),
        WorkListModule,
      ],
    };
  }
}
