import { Readable } from 'node:stream';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '#access';
import { Refusal } from '#events';
import { UUID } from '../assertions/limits.js';
import type { BulkIntake, Intake } from './bulk-intake.js';
import { NDJSON, type BulkKind } from './ndjson.js';
import type { BulkReports } from './reports.js';

/** Takes a call in and sends its outcomes as they are kept. @throws UnsupportedMediaTypeException for another content type */
export async function takeCall<Given>(
  bulk: BulkIntake,
  intake: Intake<Given>,
  viewer: Viewer,
  { body }: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (!(body instanceof Readable)) throw new UnsupportedMediaTypeException();
  const { call, answer } = await bulk.begin(viewer, intake, body);
  await reply.code(200).header('content-type', NDJSON).header('bulk-call', call).send(Readable.from(answer));
}

/** Sends the report of a call of this caller. @throws {@link Refusal} where they have no such call */
export async function sendReport(
  reports: BulkReports,
  kinds: readonly BulkKind[],
  call: string,
  viewer: Viewer,
  reply: FastifyReply,
): Promise<void> {
  const found = UUID.test(call) ? await reports.callOf(call, kinds, viewer) : undefined;
  if (found === undefined) throw new Refusal('NotFound', 'bulk.unknown', 'There is no such call.');
  await reports.recordReading(call, viewer);
  await reply
    .code(200)
    .header('content-type', NDJSON)
    .send(Readable.from(reports.lines(call, found.summary)));
}
