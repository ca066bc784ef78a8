import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { currentTrace } from './trace.js';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Fields that never reach a log line, wherever they stand (two levels deep): secrets, and what bodies are made of. */
const NEVER_LOGGED = [
  'authorization',
  'token',
  'accessToken',
  'password',
  'secret',
  'cookie',
  'body',
  'data',
  'key',
  'raw',
  'value',
];

/**
 * Structured log lines with the correlation id of the request they belong to. Redaction is the second line of defence:
 * the first is to log keys, positions and codes, and never what somebody sent.
 */
export function createLogger(app: string, level: LogLevel = 'info', destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { app },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const trace = currentTrace();
        return trace === undefined ? {} : { correlationId: trace.correlationId, requestId: trace.requestId };
      },
      redact: {
        paths: NEVER_LOGGED.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[removed]',
      },
      serializers: { err: describeError },
    },
    destination ?? pino.destination({ fd: 1, sync: false }),
  );
}

interface DescribedError {
  type: string;
  code?: string;
  message?: string;
  stack?: string;
  cause?: DescribedError;
}

/**
 * An error without its own fields: drivers hang the statement's parameters, the row or the whole request on theirs
 * (`detail: Key (number)=(+44...) already exists`), and those are personal data.
 */
function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** Nest's own messages in the same form as ours. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'info' | 'warn' | 'error' | 'debug' | 'trace' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      const context = rest.at(-1);
      logger[level](
        { ...(typeof context === 'string' ? { context } : {}), ...(message instanceof Error ? { err: message } : {}) },
        message instanceof Error ? message.message : String(message),
      );
    };
  return {
    // What Nest says at its start (each module, each route) is of interest only to who looks for it.
    log: write('debug'),
    warn: write('warn'),
    error: write('error'),
    debug: write('debug'),
    verbose: write('trace'),
    fatal: write('fatal'),
  };
}
