import { Transform, Type } from 'class-transformer';
import { ArrayNotEmpty, IsIn, IsInt, Max, Min } from 'class-validator';
import { BINDING_RELATIONS } from './questions/cluster-graph.js';

/** Limits of questions. They are part of what an answer means, so each is documented in the README of the app. */
export class QuestionSettings {
  static readonly environment = {
    bindingRelations: 'BREAKWATER_BINDING_RELATIONS',
    hubLimit: 'BREAKWATER_HUB_LIMIT',
    clusterLimit: 'BREAKWATER_CLUSTER_LIMIT',
    tieLimit: 'BREAKWATER_TIE_LIMIT',
    questionSeconds: 'BREAKWATER_QUESTION_SECONDS',
    walkSeconds: 'BREAKWATER_WALK_SECONDS',
    positionFreshMs: 'BREAKWATER_POSITION_FRESH_MS',
    blindChecksPerMember: 'BREAKWATER_BLIND_CHECKS_PER_MEMBER',
    blindChecksPerOrganisation: 'BREAKWATER_BLIND_CHECKS_PER_ORGANISATION',
    blindCheckSeconds: 'BREAKWATER_BLIND_CHECK_SECONDS',
  } as const;

  /** Relations that bind entities into one cluster, with commas; a part of the list in cluster-graph.ts. */
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.split(',').map((relation) => relation.trim()) : value,
  )
  @ArrayNotEmpty()
  @IsIn(BINDING_RELATIONS, { each: true })
  bindingRelations: string[] = [...BINDING_RELATIONS];

  /** A number shared by more accounts than this joins nobody: a call shop is no network. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  hubLimit = 50;

  /** Most members of a cluster over all pages. */
  @Type(() => Number)
  @IsInt()
  @Min(2)
  @Max(50_000)
  clusterLimit = 5_000;

  /** Whoever deals with more than this is a hub among key players: an exchange that everybody calls knows nobody. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  tieLimit = 500;

  /** The store stops a question after it. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(600)
  questionSeconds = 20;

  /** A cluster that takes longer answers with what it has and says so. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(600)
  walkSeconds = 10;

  /** How long one look at log and graph serves: questions that arrive together share it. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(10_000)
  positionFreshMs = 200;

  /** Blind checks that one member may ask in an hour. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  blindChecksPerMember = 20;

  /** Blind checks that all members of an organisation together may ask in an hour. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100_000)
  blindChecksPerOrganisation = 200;

  /** From one search for holders to the next. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3_600)
  blindCheckSeconds = 5;
}
