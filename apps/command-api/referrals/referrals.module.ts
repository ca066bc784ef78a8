import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { DeconflictionSettings } from '#casework';
import { AssertionRules } from '../assertions/assertion-rules.js';
import { EntityNames } from '../assertions/entity-names.js';
import { SealedCursors } from '../sealed-cursor.js';
import { StepReferralHandler } from './change-referral.js';
import { DraftReferralHandler, ReviseReferralHandler } from './draft-referral.js';
import { InstrumentsController } from './instruments.controller.js';
import { ReferralsController } from './referrals.controller.js';

export interface ReferralParts {
  names: EntityNames;
  cursors: SealedCursors;
  rules: AssertionRules;
  deconfliction: DeconflictionSettings;
}

/** Needs AccessModule beside it, which gives the log and the audiences. */
@Module({})
export class ReferralsModule {
  static with({ names, cursors, rules, deconfliction }: ReferralParts): DynamicModule {
    return {
      module: ReferralsModule,
      imports: [CqrsModule],
      controllers: [ReferralsController, InstrumentsController],
      providers: [
        { provide: EntityNames, useValue: names },
        { provide: SealedCursors, useValue: cursors },
        { provide: AssertionRules, useValue: rules },
        { provide: DeconflictionSettings, useValue: deconfliction },
        DraftReferralHandler,
        ReviseReferralHandler,
        StepReferralHandler,
      ],
    };
  }
}
