import type { PartnerType } from '#events';
import { NOTICES } from '../deliveries/delivery.js';
import { PARTNER_DATA } from '../payload/partner-data.js';
import {
  closing,
  deliveries,
  eventSchema,
  PLACE,
  snapshotComplete,
  SUBSCRIPTION,
  THIN,
  webhookMessage,
} from './schemas.js';

/**
 * What feeds send, as AsyncAPI 3.0: the streams and the webhooks, a message for each type of event that partners get, with schemas
 * made of the catalogue and of the list of fields that leave. Pages, TAXII and commands stand in the OpenAPI documents.
 */
export function asyncApiDocument(): object {
  const types = Object.keys(PARTNER_DATA).sort() as PartnerType[];
  const messages = { ...streamed(types), ...posted(types) };
  const names = Object.keys(messages);
  const inStream = names.filter((name) => name.startsWith('stream.'));
  const inWebhooks = names.filter((name) => name.startsWith('webhook.'));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Breakwater partner feeds',
      version: '1',
      description:
        'What each partner may see, in order and without gaps. A number behind a name of a schema (dataschema) is raised by a change that ' +
        'a reader could trip over; fields are added without one, so readers pass over what they do not know.',
    },
    defaultContentType: 'application/json',
    channels: {
      stream: {
        address: '/v1/feeds/{feed}/stream',
        title: 'Server-sent events',
        description:
          'The event field is the last part of a message’s name before any type, the id field the cursor. Resume with Last-Event-ID.',
        parameters: { feed: { description: 'Id of your subscription, or test' } },
        messages: refsTo(inStream),
        bindings: { http: {} },
      },
      webhook: {
        address: null,
        title: 'Your endpoint',
        description:
          'Standard Webhooks 1.0: headers webhook-id, webhook-timestamp and webhook-signature (v1). Payload thin sends webhook.delivery ' +
          'for everything; payload full sends the others.',
        messages: refsTo(inWebhooks),
        bindings: { http: {} },
      },
    },
    operations: {
      stream: operation('stream', inStream, [{ $ref: '#/components/securitySchemes/token' }]),
      post: operation('webhook', inWebhooks, []),
    },
    components: {
      messages,
      schemas: Object.fromEntries(types.map((type) => [type, eventSchema(type)])),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function refsTo(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

function operation(channel: string, names: readonly string[], security: object[]): object {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${channel}` },
    messages: names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
    ...(security.length === 0 ? {} : { security }),
  };
}

type Messages = Record<string, { name: string; title: string; payload: object }>;

const eventOf = (type: PartnerType): Readonly<Record<string, unknown>> => ({ $ref: `#/components/schemas/${type}` });

function streamed(types: readonly PartnerType[]): Messages {
  const all: [string, string, object][] = [
    ...types.map((type): [string, string, object] => [`event.${type}`, type, deliveries.event(eventOf(type))]),
    ['notice', 'Something to know about a feed, or to do about what you hold', deliveries.notice],
    ['withheld', 'It was releasable when it got its place, and is not now', deliveries.withheld],
    ['snapshot-complete', 'What stood has been sent; what follows is new', snapshotComplete],
    ['closing', 'The last event of a stream', closing],
  ];
  return named('stream', all);
}

function posted(types: readonly PartnerType[]): Messages {
  const about = (type: object, ...parts: object[]): object =>
    webhookMessage({ ...type }, { allOf: [SUBSCRIPTION, ...parts] });
  const all: [string, string, object][] = [
    ['delivery', 'There is a delivery; fetch it', about({ const: 'feed.delivery' }, PLACE, THIN)],
    ...types.map((type): [string, string, object] => [
      `event.${type}`,
      type,
      about({ const: type }, deliveries.event(eventOf(type))),
    ]),
    ['notice', 'A notice', about({ enum: NOTICES.map((notice) => `feed.${notice}`) }, deliveries.notice)],
    ['withheld', 'A delivery that is not releasable now', about({ const: 'feed.withheld' }, deliveries.withheld)],
    ['test', 'Says nothing but that it arrived', about({ const: 'feed.test' })],
  ];
  return named('webhook', all);
}

function named(channel: string, all: readonly [string, string, object][]): Messages {
  return Object.fromEntries(
    all.map(([name, title, payload]) => [`${channel}.${name}`, { name: `${channel}.${name}`, title, payload }]),
  );
}
