import type { MigrationList } from '#event-log';
import { AssertionBasis1795305622001 } from './assertion-basis.migration.js';
import { CaseDeadlines1795370000101 } from './case-deadlines.migration.js';
import { CaseFacts1795340000003 } from './case-facts.migration.js';
import { CommandTables1795305620001 } from './command-tables.migration.js';
import { DecisionTables1795320000004 } from './decision-tables.migration.js';
import { LogOrigins1795370000001 } from './log-origins.migration.js';
import { PermissionHolds1795320000005 } from './permission-holds.migration.js';
import { NetworkAssertions1795360000001 } from './network-assertions.migration.js';
import { Referrals1795340000001 } from './referrals.migration.js';
import { ForgetAnswers1795305620002 } from './forget-answers.migration.js';
import { Removals1795340000002 } from './removals.migration.js';
import { OriginsFolded1795400000001 } from './origins-folded.migration.js';
import { OriginsOfCases1795390000001 } from './origins-of-cases.migration.js';
import { SavedQuestions1795380000001 } from './saved-questions.migration.js';
import { Spillages1795305620004 } from './spillages.migration.js';
import { UncategorisedLinks1795305620003 } from './uncategorised-links.migration.js';

/** In order; a migration that has run anywhere is never edited. */
export const COMMAND_MIGRATIONS: MigrationList = [
  CommandTables1795305620001,
  ForgetAnswers1795305620002,
  UncategorisedLinks1795305620003,
  Spillages1795305620004,
  DecisionTables1795320000004,
  PermissionHolds1795320000005,
  AssertionBasis1795305622001,
  Referrals1795340000001,
  Removals1795340000002,
  CaseFacts1795340000003,
  NetworkAssertions1795360000001,
  LogOrigins1795370000001,
  CaseDeadlines1795370000101,
  SavedQuestions1795380000001,
  OriginsOfCases1795390000001,
  OriginsFolded1795400000001,
];
