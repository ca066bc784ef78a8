import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * An investigator of another organisation who keeps asking while things break, and remembers what they were shown: every item that
 * somebody received must stand in the audit, and nothing else but what was under way when something was killed.
 */
export interface SteadyAsker {
  readonly asked: readonly AskedOnce[];
  stop(): Promise<void>;
}

export interface AskedOnce {
  /** Trace of the request, under which its entries stand in the audit. */
  trace: string;
  began: number;
  ended: number;
  /** What an answer showed, where one came whole. */
  shown?: { entities: string[]; assertions: string[] };
}

interface Card {
  entity?: { id: string };
  alsoFound?: { id: string }[];
  claims?: { other?: { id: string }; statements: { assertion: string; organisation: string }[] }[];
}

const ANSWER_WITHIN_MS = 15_000;
const PACE_MS = 100;

export function startAsking(target: { queryApi: string; organisation: string; token(): Promise<string> }): SteadyAsker {
  const asked: AskedOnce[] = [];
  let stopping = false;
  const work = (async () => {
    for (let call = 0; !stopping; call++) {
      const trace = randomUUID().replaceAll('-', '');
      const began = Date.now();
      const shown = await ask(target, trace, `+44 7700 900${String(100 + (call % 20))}`).catch(() => undefined);
      asked.push({ trace, began, ended: Date.now(), ...(shown === undefined ? {} : { shown }) });
      await pause(PACE_MS);
    }
  })();
  return {
    asked,
    stop: async () => {
      stopping = true;
      await work;
    },
  };
}

async function ask(
  { queryApi, organisation, token }: { queryApi: string; organisation: string; token(): Promise<string> },
  trace: string,
  value: string,
): Promise<AskedOnce['shown']> {
  const response = await fetch(`${queryApi}/v1/questions/entity-card`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token()}`,
      'content-type': 'application/json',
      'breakwater-purpose': 'OP-TIDE',
      traceparent: `00-${trace}-00f067aa0ba902b7-01`,
    },
    body: JSON.stringify({ seed: { value }, limit: 20 }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!response.ok) return undefined;
  const { entity, alsoFound = [], claims = [] } = (await response.json()) as Card;
  const others = claims.flatMap(({ other }) => other ?? []);
  const said = claims.flatMap(({ statements }) => statements.filter((one) => one.organisation !== organisation));
  return {
    entities: [...(entity === undefined ? [] : [entity]), ...alsoFound, ...others].map(({ id }) => id),
    assertions: said.map(({ assertion }) => `assertion-${assertion}`),
  };
}
