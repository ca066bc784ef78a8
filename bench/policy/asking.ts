/** Questions one after the other over one connection, each with the time that it took. */
import { HttpConnection, wireRequest } from '../load/http-connection.js';

export type QuestionName = 'entity-card' | 'neighbours' | 'cluster';

export class Asker {
  private constructor(
    private readonly connection: HttpConnection,
    private readonly token: string,
  ) {}

  static async at(address: string, token: string): Promise<Asker> {
    return new Asker(await HttpConnection.open(Number(new URL(address).port)), token);
  }

  close(): void {
    this.connection.close();
  }

  /** Milliseconds from the request to the whole answer, and the answer. */
  async ask(question: QuestionName, id: string): Promise<{ ms: number; body: string }> {
    const request = wireRequest({
      method: 'POST',
      path: `/v1/questions/${question}`,
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        'breakwater-purpose': 'operation-tern',
      },
      body: JSON.stringify({ seed: { id } }),
    });
    const start = performance.now();
    const { status, body } = await this.connection.send(request);
    const ms = performance.now() - start;
    if (status !== 200) throw new Error(`${question} was answered with ${status}: ${body}`);
    return { ms, body };
  }
}

/** The share of pairs in which one is slower than the other; 0.5 says that time tells nothing, in neither direction. */
export function areaUnderCurve(ones: readonly number[], others: readonly number[]): number {
  const all = [...ones.map((ms) => ({ ms, one: true })), ...others.map((ms) => ({ ms, one: false }))].sort(
    (a, b) => a.ms - b.ms,
  );
  let ranks = 0;
  all.forEach(({ one }, at) => {
    if (one) ranks += at + 1;
  });
  const area = (ranks - (ones.length * (ones.length + 1)) / 2) / (ones.length * others.length);
  return Math.max(area, 1 - area);
}
