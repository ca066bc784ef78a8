/** Questions one after the other over one connection, each with the time that it took. */
import { HttpConnection, wireRequest } from './http-connection.js';

/** A question that took too long is stopped and answered so: that is a time too. */
const STOPPED = 503;

export interface AskedAnswer {
  /** From the request to the whole answer. */
  ms: number;
  body: string;
}

export class QuestionAsker {
  private constructor(
    private readonly port: number,
    private connection: HttpConnection,
    private readonly token: string,
  ) {}

  static async at(address: string, token: string): Promise<QuestionAsker> {
    const port = Number(new URL(address).port);
    return new QuestionAsker(port, await HttpConnection.open(port), token);
  }

  close(): void {
    this.connection.close();
  }

  /** @throws when the question is refused: a fast refusal must not count as speed */
  async ask(question: string, terms: object): Promise<AskedAnswer> {
    const request = wireRequest({
      method: 'POST',
      path: `/v1/questions/${question}`,
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        'breakwater-purpose': 'operation-tern',
      },
      body: JSON.stringify(terms),
    });
    if (this.connection.closed) this.connection = await HttpConnection.open(this.port);
    const start = performance.now();
    const { status, body } = await this.connection.send(request);
    const ms = performance.now() - start;
    if (status !== 200 && status !== STOPPED)
      throw new Error(`${question} was answered with ${status}: ${body.slice(0, 2_000)}`);
    return { ms, body };
  }
}
