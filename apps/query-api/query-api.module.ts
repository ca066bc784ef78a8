import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessModule, Audiences } from '#access';
import type { EventLog } from '#event-log';
import type { Graph } from '#graph';
import type { OidcSettings } from '#runtime';
import { AnalysisThread } from './analysis/analyst.js';
import { BlindCheckController } from './blind-check/blind-check.controller.js';
import { BlindChecks } from './blind-check/blind-checks.js';
import { TellHolders } from './blind-check/tell-holders.js';
import { NetworkCardController, NetworkCardHandler } from './networks/network-card.controller.js';
import { ChangesController, ChangesHandler } from './questions/changes.controller.js';
import { Origins } from './withdrawals/origins.js';
import { logOfSources } from './withdrawals/said-in-log.js';
import {
  LOG_OF_SOURCES,
  WhatWouldFallController,
  WhatWouldFallHandler,
} from './withdrawals/what-would-fall.controller.js';
import { ExportController, ExportHandler } from './export/export.controller.js';
import { ClusterController, ClusterHandler } from './questions/cluster.controller.js';
import { EntityCardController, EntityCardHandler } from './questions/entity-card.controller.js';
import { ANALYST, KeyPlayersController, KeyPlayersHandler } from './questions/key-players.controller.js';
import { ListLookUpController, ListLookUpHandler } from './questions/list-look-up.controller.js';
import { NeighboursController, NeighboursHandler } from './questions/neighbours.controller.js';
import { QuestionRules } from './questions/rules.js';
import { PathsController, PathsHandler } from './questions/paths.controller.js';
import { SearchController, SearchHandler } from './questions/search.controller.js';
import { TimelineController, TimelineHandler } from './questions/timeline.controller.js';
import { Asking } from './reading/asking.js';
import { CompletePosition } from './reading/complete-position.js';
import { Rhythm } from './rhythm.js';
import type { QuestionSettings } from './settings.js';
import { Continuations } from './terms/continuation.js';

export interface QueryApiParts {
  log: EventLog;
  graph: Graph;
  oidc: OidcSettings;
  idKey: Uint8Array;
  cursorKey: Buffer;
  questions: QuestionSettings;
  /** Compiled `analysis/standing.js`, where it does not lie beside its sources. */
  analysisWorker?: string | undefined;
}

/** Whoever asks reads the rest; this keeps the rest short. */
const READ_ORIGINS_MS = 10_000;

@Module({})
export class QueryApiModule {
  static with({ log, graph, oidc, idKey, cursorKey, questions, analysisWorker }: QueryApiParts): DynamicModule {
    const bounds = {
      relations: [...questions.bindingRelations],
      hubLimit: questions.hubLimit,
      entityLimit: questions.clusterLimit,
    };
    const limits = { questionMs: questions.questionSeconds * 1000, walkMs: questions.walkSeconds * 1000 };
    const lookAtPosition = (): CompletePosition => new CompletePosition(log, graph, questions.positionFreshMs);
    const asking = {
      perSubject: questions.blindChecksPerMember,
      perOrganisation: questions.blindChecksPerOrganisation,
    };
    const origins = new Origins(log);
    const continuations = new Continuations(cursorKey, () => new Date());
    return {
      module: QueryApiModule,
      imports: [AccessModule.with({ log, oidc }), CqrsModule.forRoot()],
      controllers: [
        EntityCardController,
        NeighboursController,
        ClusterController,
        KeyPlayersController,
        PathsController,
        TimelineController,
        ListLookUpController,
        NetworkCardController,
        ChangesController,
        SearchController,
        WhatWouldFallController,
        ExportController,
        BlindCheckController,
      ],
      providers: [
        EntityCardHandler,
        NeighboursHandler,
        ClusterHandler,
        KeyPlayersHandler,
        PathsHandler,
        TimelineHandler,
        { provide: AnalysisThread, useValue: new AnalysisThread(limits.questionMs, analysisWorker) },
        { provide: ANALYST, inject: [AnalysisThread], useFactory: ({ standings }: AnalysisThread) => standings },
        ListLookUpHandler,
        NetworkCardHandler,
        ChangesHandler,
        SearchHandler,
        WhatWouldFallHandler,
        ExportHandler,
        { provide: BlindChecks, useValue: new BlindChecks(log, asking) },
        {
          provide: 'TELLING_HOLDERS',
          // With looks of its own: a question that joined one which began before it would be answered as of then.
          useFactory: () =>
            new Rhythm(
              // Nothing is marked as looked into before its notices are written.
              new TellHolders(log, graph, lookAtPosition()),
              questions.blindCheckSeconds * 1000,
              'blind checks wait: the stores do not answer',
            ),
        },
        {
          provide: 'READING_ORIGINS',
          useFactory: () => new Rhythm(origins, READ_ORIGINS_MS, 'origins wait: the log does not answer'),
        },
        { provide: LOG_OF_SOURCES, useFactory: () => logOfSources(log, origins, idKey) },
        { provide: QuestionRules, useValue: new QuestionRules(idKey, bounds, questions.tieLimit) },
        {
          provide: Asking,
          inject: [Audiences],
          useFactory: (audiences: Audiences) =>
            new Asking(log, graph, audiences, lookAtPosition(), continuations, limits),
        },
      ],
    };
  }
}
