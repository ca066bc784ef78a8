/**
 * What every process needs at its edges, and nothing of the domain. The list is closed: a new file here needs two apps that
 * use it and no better place.
 */
export { Alarms } from './alarms.js';
export { DoorClosed, findDoor, type Door, type DoorOptions } from './door.js';
export type { HealthCheck } from './health.js';
export { startHttpApp, type HttpApp, type HttpAppOptions } from './http-app.js';
export { newId, randomHex } from './ids.js';
export { AuditKeySettings, CursorKeySettings, FeedKeySettings, IdKeySettings } from './key-settings.js';
export { createLogger, type Logger, type LogLevel } from './logging.js';
export { metrics } from './metrics.js';
export { problemDocument, type ProblemDocument } from './problem-document.js';
export { problemOf, type ErrorForm } from './problem-filter.js';
export { isKnownError, Problem, type ErrorKind, type Fault, type KnownError } from './problem.js';
export { ProcessSettings, toBoolean } from './process-settings.js';
export { escapePointer, readJson, type ReadJson } from './request-body.js';
export { Part, Parts } from './request-parts.js';
export { inputRefused, requestValidation } from './request-validation.js';
export {
  DatabaseOwnerSettings,
  DatabaseSettings,
  GraphSettings,
  KafkaSettings,
  OidcSettings,
  TOKEN_ALGORITHMS,
  type TokenAlgorithm,
} from './server-settings.js';
export { SealedPlaces } from './sealed-places.js';
export { readSettings, SettingsRefused, type Settings, type SettingsClass } from './settings.js';
export { closeOnSignals, endOnUnexpectedErrors } from './shutdown.js';
export { tellRefusal } from './tool-refusal.js';
export { continueTrace, currentTrace, inTrace, type Trace } from './trace.js';
export { pause, Wake } from './wake.js';
