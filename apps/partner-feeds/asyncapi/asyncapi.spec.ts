import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CATALOGUE, isForPartners, type EventType } from '#events';
import { onTheWire, type Delivery } from '../deliveries/delivery.js';
import { TestFeed } from '../test-collection/test-feed.js';
import { fullMessage, testMessage, thinMessage, type Message } from '../webhooks/messages.js';
import { asyncApiDocument } from './asyncapi-document.js';

const document = asyncApiDocument();
const feed = new TestFeed(Buffer.alloc(32, 4));
const subscription = '01980000-0000-7000-8000-0000000000bb';

/** What of a message's schema a value does not fit; undefined where it does. */
const ajv = new Ajv2020({ strict: false, validateFormats: false, schemas: [{ ...document, $id: 'feeds' }] });
function misfit(message: string, value: unknown): string | undefined {
  const validate = ajv.getSchema(`feeds#/components/messages/${message}/payload`);
  if (validate === undefined) return `there is no message ${message}`;
  return validate(value) === true ? undefined : ajv.errorsText(validate.errors);
}

const kindOf = (one: Delivery): string => {
  if ('withheld' in one) return 'withheld';
  return one.kind === 'event' ? `event.${one.event.type}` : 'notice';
};

describe('the AsyncAPI document', () => {
  it('is one by the schema of AsyncAPI 3.0', () => {
    // It brings the JSON Schema of JSON Schema with it.
    const options = { strict: false, validateFormats: false, meta: false, validateSchema: false };
    const validate = new Ajv(options).compile(specs.schemas['3.0.0']);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...document, channels: { stream: { messages: [] } } })).toBe(false);
  });

  it('refers to what is there, and an operation to messages of its own channel', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(refs.length).toBeGreaterThan(50);
    const missing = refs.filter(
      (path) =>
        path.split('/').reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document) ===
        undefined,
    );
    expect(missing).toEqual([]);
  });

  it('has a message for each type that partners get, by stream and by webhook, and for no other', () => {
    const { components } = document as { components: { messages: object } };
    const names = Object.keys(components.messages);
    const forPartners = (Object.keys(CATALOGUE) as EventType[]).filter(isForPartners).sort();
    for (const channel of ['stream', 'webhook'])
      expect(names.filter((name) => name.startsWith(`${channel}.event.`))).toEqual(
        forPartners.map((type) => `${channel}.event.${type}`),
      );
  });

  it('says of each delivery what is sent: by streams, and by thin and full webhooks', async () => {
    const deliveries = await feed.read({ after: 0, limit: 100 });
    expect(deliveries.length).toBeGreaterThan(8);
    const data = ({ body }: Message): unknown => JSON.parse(body);
    for (const one of deliveries) {
      const sent = JSON.parse(JSON.stringify(onTheWire(one))) as Record<string, unknown>;
      expect([kindOf(one), misfit(`stream.${kindOf(one)}`, sent)]).toEqual([kindOf(one), undefined]);
      expect(misfit(`webhook.${kindOf(one)}`, data(fullMessage(subscription, one)))).toBeUndefined();
      expect(misfit('webhook.delivery', data(thinMessage(subscription, one, '')))).toBeUndefined();
      const { delivery: _, ...less } = sent;
      expect(misfit(`stream.${kindOf(one)}`, less)).toContain('delivery');
    }
    expect(misfit('webhook.test', data(testMessage(subscription, 'id', new Date())))).toBeUndefined();
  });

  it('names no field that does not leave', () => {
    const { 'stream.event.assertion.made': made } = (document as { components: { messages: Record<string, object> } })
      .components.messages;
    expect(made).toBeDefined();
    expect(JSON.stringify(document)).not.toMatch(
      /"(reference|batch|custody|vantage|continuedIn|categoriseBy|actor|purpose|correlationId)":/,
    );
    expect(JSON.stringify(document)).toContain('"statements":');
  });
});
