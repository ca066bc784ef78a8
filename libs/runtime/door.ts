import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a command-line tool calls, and as whom. */
export interface Door {
  /** Root of the interface. */
  url: string;
  /** A token that is valid now. */
  token(): Promise<string>;
}

/** What the tool's options say; each beats the environment, and that beats the local stack. */
export interface DoorOptions {
  to?: string;
  tokenFile?: string;
  tokenUrl?: string;
  client?: string;
}

/** Which interface a tool needs. */
export interface DoorWanted {
  interface: 'commandApi' | 'queryApi' | 'partnerFeeds';
  /** Who calls in the local stack when nobody is named. */
  localClient: string;
}

/** The tool cannot call: a sentence for whoever typed it. Codes: `door.no-address`, `door.no-token`, `door.unprotected`, `door.stack-file`, `door.issuer`. */
export class DoorClosed extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Whether waiting may help: the issuer did not answer. */
    readonly retriable = false,
  ) {
    super(message);
    this.name = 'DoorClosed';
  }
}

/** What the local stack writes of itself; only what is needed here. */
interface StackFile {
  /** The process that runs it: the file of a killed stack stays behind. */
  pid: number;
  commandApi?: string;
  queryApi?: string;
  partnerFeeds?: string;
  tokenUrl?: string;
  clients?: Record<string, { secret: string }>;
}

const VARIABLES = {
  commandApi: 'BREAKWATER_COMMAND_URL',
  queryApi: 'BREAKWATER_QUERY_URL',
  partnerFeeds: 'BREAKWATER_FEEDS_URL',
} as const;
/** A token is renewed this long before it ends, so that no call starts with one that ends on the way. */
const RENEW_SECONDS = 60;

/**
 * Finds address and token: options, then the environment (secrets never stand on a command line, where everybody on the
 * machine can read them), then the local stack where it runs. The local stack's secrets open the local stack only.
 * @throws {@link DoorClosed}
 */
export async function findDoor(
  wanted: DoorWanted,
  options: DoorOptions,
  env: NodeJS.ProcessEnv,
  stackPath = join('.local', 'stack.json'),
): Promise<Door> {
  const stack = await readStack(stackPath);
  const variable = VARIABLES[wanted.interface];
  const local = stack?.[wanted.interface];
  const url = options.to ?? filled(env[variable]) ?? local;
  if (url === undefined)
    throw new DoorClosed(
      'door.no-address',
      `Where to? No stack runs here, and no address is given. Start one with "npm run stack", or give --to URL or ${variable}.`,
    );
  const client = options.client ?? wanted.localClient;
  return { url: protectedUrl(url), token: tokenSource(client, options, env, url === local ? stack : undefined) };
}

function tokenSource(
  client: string,
  options: DoorOptions,
  env: NodeJS.ProcessEnv,
  stack: StackFile | undefined,
): () => Promise<string> {
  const { tokenFile } = options;
  if (tokenFile !== undefined) return async () => (await readFile(tokenFile, 'utf8')).trim();
  const given = filled(env['BREAKWATER_TOKEN']);
  if (given !== undefined) return () => Promise.resolve(given);
  const tokenUrl = options.tokenUrl ?? stack?.tokenUrl;
  const secret = filled(env['BREAKWATER_CLIENT_SECRET']) ?? stack?.clients?.[client]?.secret;
  if (tokenUrl !== undefined && secret !== undefined) return clientCredentials(protectedUrl(tokenUrl), client, secret);
  if (stack?.clients !== undefined)
    throw new DoorClosed(
      'door.no-token',
      `The local stack knows nobody called ${client}. It knows: ${Object.keys(stack.clients).join(', ')}.`,
    );
  throw new DoorClosed(
    'door.no-token',
    'As whom? Put an access token into BREAKWATER_TOKEN or a file named with --token-file, or a secret into BREAKWATER_CLIENT_SECRET, with --token-url and --client where the tool takes them.',
  );
}

/** Asks the issuer for a token (OAuth 2.0 client credentials) and keeps it until shortly before it ends. */
function clientCredentials(tokenUrl: string, client: string, secret: string): () => Promise<string> {
  let kept: { token: string; until: number } | undefined;
  return async () => {
    if (kept !== undefined && Date.now() < kept.until) return kept.token;
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: client, client_secret: secret });
    const response = await fetch(tokenUrl, { method: 'POST', body }).catch((error: Error) => {
      throw new DoorClosed('door.issuer', `The issuer at ${tokenUrl} does not answer: ${error.message}`, true);
    });
    const answer = (await response.json().catch(() => ({}))) as { access_token?: string; expires_in?: number };
    if (!response.ok || answer.access_token === undefined)
      throw new DoorClosed(
        'door.issuer',
        `The issuer at ${tokenUrl} gives ${client} no token (${response.status})`,
        response.status >= 500,
      );
    const seconds = Math.max((answer.expires_in ?? 0) - RENEW_SECONDS, 0);
    kept = { token: answer.access_token, until: Date.now() + seconds * 1000 };
    return kept.token;
  };
}

/** A token in plain text on a network is a token lost. */
function protectedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url !== undefined && /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/u.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return text;
  throw new DoorClosed('door.unprotected', `${text} is neither https nor on this machine: a token is not sent there.`);
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

async function readStack(path: string): Promise<StackFile | undefined> {
  try {
    const stack = JSON.parse(await readFile(path, 'utf8')) as StackFile;
    return isRunning(stack.pid) ? stack : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DoorClosed('door.stack-file', `${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Also another user's process, which may not be signalled. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
