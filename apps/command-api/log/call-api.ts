import type { Door, ProblemDocument } from '#runtime';

/** The command interface refused, in its own words. */
export class ApiCallRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiCallRefused';
  }
}

/** Longer than the statement limit of the server, so that its answer arrives before we give up. */
const ANSWER_WITHIN_MS = 40_000;

/** One call as a tool in a terminal makes it: GET, or POST where there is a body. @throws {@link ApiCallRefused} */
export async function callApi<Body>(caller: Door, purpose: string, path: string, body?: object): Promise<Body> {
  const url = new URL(path, caller.url);
  const answer = await fetch(url, {
    headers: {
      authorization: `Bearer ${await caller.token()}`,
      'breakwater-purpose': purpose,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch((error: Error) => {
    throw new ApiCallRefused('log.no-answer', `${url.origin} does not answer: ${error.message}`);
  });
  const said: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return said as Body;
  const problem = (said ?? {}) as Partial<ProblemDocument>;
  const faults = (problem.faults ?? []).map(({ pointer, detail }) => `\n  ${pointer} ${detail}`).join('');
  throw new ApiCallRefused(
    problem.code ?? `http.${answer.status}`,
    `${problem.detail ?? answer.statusText} (${answer.status}, request ${problem.requestId ?? 'unknown'})${faults}`,
  );
}
