import { call, type Answer } from '../../../test/support/http.js';

const TAXII = 'application/taxii+json;version=2.1';

export interface Envelope {
  more?: boolean;
  next?: string;
  objects?: { id: string; type: string; modified?: string; [property: string]: unknown }[];
}

interface Described {
  id?: string;
  title?: string;
  can_read?: boolean;
  can_write?: boolean;
}

export class ClientRaised extends Error {}

/** Behaves as the clients that partners run were seen to behave (domain-standards 3.3), and raises where they do. */
export class StrictTaxiiClient {
  /** How often it went over to smaller pages because one was not full. */
  shrunk = 0;

  constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  /** One answer: the slash at the end is its own, it follows nothing, and wants both parts of the media type. */
  async get<Body>(path: string, params: Readonly<Record<string, string>> = {}): Promise<Answer<Body>> {
    const query = Object.entries(params).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    );
    const slashed = path.endsWith('/') ? path : `${path}/`;
    const address = query.length === 0 ? slashed : `${slashed}?${query.join('&')}`;
    const answer = await call<Body>(this.address, `GET ${address}`, { token: this.token, headers: { accept: TAXII } });
    if (answer.status >= 300 && answer.status < 400) throw new ClientRaised(`redirected from ${address}`);
    const tokens = (answer.headers['content-type'] ?? '').replaceAll(' ', '').split(';');
    if (!tokens.includes('application/taxii+json') || !tokens.includes('version=2.1'))
      throw new ClientRaised(`content type ${String(answer.headers['content-type'])} of ${address}`);
    if (answer.status === 406) throw new ClientRaised('wrong TAXII version');
    if (answer.status >= 400) throw new ClientRaised(`${answer.status} ${answer.text}`);
    return answer;
  }

  /** From discovery to the address of each collection, built from the ids that are told. */
  async collections(): Promise<{ id: string; title: string; url: string }[]> {
    const { body: server } = await this.get<{ title?: string; api_roots: string[] }>('/taxii2/');
    if (server.title === undefined) throw new ClientRaised('no title');
    const [root = ''] = server.api_roots.map((url) => new URL(url, `${this.address}/taxii2/`).pathname);
    const { body } = await this.get<{ title?: string; versions?: string[]; max_content_length?: number }>(root);
    if (body.title === undefined || body.versions?.includes(TAXII) !== true || body.max_content_length === undefined)
      throw new ClientRaised('not an API root');
    const { body: list } = await this.get<{ collections: Described[] }>(`${root}collections/`);
    return Promise.all(
      list.collections.map(async ({ id = '' }) => {
        const url = `${root}collections/${id}/`;
        const { body: one } = await this.get<Described>(url);
        if (one.id === undefined || one.title === undefined || one.can_read !== true || one.can_write === undefined)
          throw new ClientRaised('not a collection');
        if (!url.includes(one.id)) throw new ClientRaised('the collection does not match the url');
        return { id: one.id, title: one.title, url };
      }),
    );
  }

  /** All pages: it goes over to smaller ones when one is not full, and asks with an empty `next` where none was given. */
  async *pages(url: string, limit: number, filters: Readonly<Record<string, string>> = {}): AsyncGenerator<Envelope> {
    let asked = limit;
    let { body: envelope } = await this.get<Envelope>(url, { limit: String(asked), ...filters });
    yield envelope;
    const got = envelope.objects?.length ?? 0;
    if (envelope.more === true && got !== asked) {
      this.shrunk += 1;
      asked = got;
    }
    while (envelope.more === true) {
      const params = { ...filters, ...(asked === 0 ? {} : { limit: String(asked) }), next: envelope.next ?? '' };
      ({ body: envelope } = await this.get<Envelope>(url, params));
      yield envelope;
    }
  }
}
