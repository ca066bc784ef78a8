import { randomUUID } from 'node:crypto';

/** The command interface said no, or did not answer. */
export class CommandRefused extends Error {
  readonly code = 'parked.refused';
}

export interface CommandClient {
  /** Root of the command interface. */
  url: string;
  token: () => Promise<string>;
}

export interface ParkingDecisionBody {
  stream: string;
  reason: string;
  purpose: string;
  streamVersions?: number[];
}

/** Sends a decision about parked events. The caller's right to it is checked there, and the decision stands in the log. */
export async function decide(
  client: CommandClient,
  act: 'replay' | 'discard',
  body: ParkingDecisionBody,
): Promise<{ id: string }> {
  const response = await fetch(`${client.url}/v1/parked/${act}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await client.token()}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { id?: string; title?: string; detail?: string };
  if (!response.ok || answer.id === undefined)
    throw new CommandRefused(
      `the ${act} is refused (${response.status}): ${answer.detail ?? answer.title ?? 'without a reason'}`,
    );
  return { id: answer.id };
}

/** Who decides in the local stack when nobody is named. */
const LOCAL_ADMINISTRATOR = 'operations-administrator';

export interface LocalStack {
  commandApi?: string;
  tokenUrl?: string;
  clients?: Record<string, { secret: string }>;
}

/** Address and token from the environment; what is not given there from the stack that runs in this checkout. */
export function findClient(env: NodeJS.ProcessEnv, stack: LocalStack | undefined): CommandClient {
  const url = env['BREAKWATER_COMMAND_URL'] ?? stack?.commandApi;
  if (url === undefined)
    throw new CommandRefused('Where to? Set BREAKWATER_COMMAND_URL, or start the local stack (it is not running).');
  const given = env['BREAKWATER_TOKEN'];
  if (given !== undefined && given !== '') return { url, token: () => Promise.resolve(given) };
  const secret = stack?.clients?.[LOCAL_ADMINISTRATOR]?.secret;
  const { tokenUrl } = stack ?? {};
  if (secret === undefined || tokenUrl === undefined)
    throw new CommandRefused('As whom? Set BREAKWATER_TOKEN to the token of an administrator.');
  return { url, token: () => askIssuer(tokenUrl, secret) };
}

async function askIssuer(tokenUrl: string, secret: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: LOCAL_ADMINISTRATOR,
    client_secret: secret,
  });
  const response = await fetch(tokenUrl, { method: 'POST', body });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (!response.ok || token === undefined)
    throw new CommandRefused(`the issuer gives ${LOCAL_ADMINISTRATOR} no token (${response.status})`);
  return token;
}
