import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { HealthCheck } from './health.js';
import { createLogger, nestLogger, type Logger } from './logging.js';
import { measureProcess } from './metrics.js';
import { openFastify, type Draining } from './fastify-server.js';
import { serveOperations } from './operations-routes.js';
import { ProblemFilter, useErrorForms, type ErrorForm } from './problem-filter.js';
import type { ProcessSettings } from './process-settings.js';
import { requestValidation } from './request-validation.js';
import { rememberRoutes } from './route-methods.js';
import { closeOnSignals, endOnUnexpectedErrors } from './shutdown.js';

export interface HttpAppOptions {
  /** Name of the app, in log lines: `command-api`. */
  name: string;
  /** One sentence for the OpenAPI document; an app without an API of its own has none and serves no document. */
  description?: string;
  /** What must answer before the app takes requests. */
  ready: (app: NestFastifyApplication) => readonly HealthCheck[];
  log?: Logger;
  /** Largest body in bytes; default 1 MiB. A route may set its own. */
  bodyLimit?: number;
  /** For content types beside JSON; routes belong into Nest modules, where the guard sees them. */
  prepare?: (fastify: FastifyInstance) => void;
  /** Whether an address means the same with a slash at its end; default no. */
  ignoreTrailingSlash?: boolean;
  /** Where a protocol prescribes another form of errors than problem+json. */
  errorForms?: readonly ErrorForm[];
  /** Runs after the last request has ended: close pools and consumers here. */
  onClosed?: () => Promise<void>;
  /** Whether SIGTERM, SIGINT and unexpected errors end the process; off in tests, which run several apps in one. Default on. */
  ownsProcess?: boolean;
}

export interface HttpApp {
  app: NestFastifyApplication;
  /** `http://host:port` */
  address: string;
  log: Logger;
  close(): Promise<void>;
}

/**
 * Starts a Nest module on Fastify with everything that each app needs at its edge: problem+json for every fault, validated
 * requests, a trace for each request, /health/live, /health/ready, /metrics, /v1/openapi.json, and an orderly end.
 * Authentication is the module's own affair (AccessModule of #access): these few routes stand outside of Nest and are the
 * only ones that need no caller.
 */
export async function startHttpApp(
  module: Type | DynamicModule,
  settings: ProcessSettings,
  options: HttpAppOptions,
): Promise<HttpApp> {
  const log = options.log ?? createLogger(options.name, settings.logLevel);
  if (options.ownsProcess !== false) endOnUnexpectedErrors(log);
  const draining: Draining = { now: false };
  const { bodyLimit, ignoreTrailingSlash = false } = options;
  const fastify = openFastify({ log, draining, bodyLimit, ignoreTrailingSlash });
  useErrorForms(fastify, options.errorForms ?? []);
  const allowedMethods = rememberRoutes(fastify, ignoreTrailingSlash);
  options.prepare?.(fastify);
  const app = await createApp(module, fastify, log);
  app.useGlobalPipes(requestValidation());
  app.useGlobalFilters(new ProblemFilter(log, allowedMethods));
  serveOperations(fastify, { settings, log, draining, checks: options.ready(app), document: describe(app, options) });
  measureProcess();
  try {
    await app.listen({ host: settings.host, port: settings.port });
  } catch (error) {
    await app.close();
    throw error;
  }
  const address = addressOf(fastify, settings.host);
  log.info({ address }, 'listening');
  const close = closeOnce(app, draining, options.onClosed);
  if (options.ownsProcess !== false) closeOnSignals(log, close);
  return { app, address, log, close };
}

function createApp(
  module: Type | DynamicModule,
  fastify: FastifyInstance,
  log: Logger,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(fastify);
  return NestFactory.create<NestFastifyApplication>(module, adapter, {
    // A failed start must throw, so that main can say why; Nest's default ends the process without a word.
    abortOnError: false,
    bodyParser: false,
    logger: nestLogger(log),
  });
}

function describe(app: NestFastifyApplication, { name, description }: HttpAppOptions): object | undefined {
  if (description === undefined) return undefined;
  const outline = new DocumentBuilder()
    .setTitle(`Breakwater ${name}`)
    .setDescription(description)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addSecurityRequirements('bearer')
    .build();
  return SwaggerModule.createDocument(app, outline);
}

function addressOf(fastify: FastifyInstance, host: string): string {
  const { port } = fastify.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function closeOnce(app: NestFastifyApplication, draining: Draining, after?: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => {
    draining.now = true;
    closed ??= app.close().then(() => after?.());
    return closed;
  };
}
