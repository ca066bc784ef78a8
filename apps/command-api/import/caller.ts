import { readFile } from 'node:fs/promises';
import { CallFailed } from './bulk-sender.js';
import { ImportRefused } from './row-fault.js';

/** Where the import goes, and as whom. */
export interface Caller {
  /** Root of the command interface. */
  url: string;
  /** A token that is valid now. */
  token: () => Promise<string>;
}

export interface CallerOptions {
  to?: string;
  tokenFile?: string;
  client?: string;
  tokenUrl?: string;
}

/** What the local stack writes of itself; only what an import needs. */
interface StackFile {
  /** The process that runs it: the file of a killed stack stays behind. */
  pid: number;
  commandApi?: string;
  tokenUrl?: string;
  clients?: Record<string, { secret: string }>;
}

/** The client of the local stack that brings in records of other systems. */
const LOCAL_IMPORTER = 'coastal-importer';
/** A token is renewed this long before it ends, so that no call starts with one that ends on the way. */
const RENEW_SECONDS = 60;

/**
 * Finds address and token: options first, then the environment (secrets never stand on a command line, where everybody on the
 * machine can read them), then the local stack where it is running.
 */
export async function findCaller(options: CallerOptions, env: NodeJS.ProcessEnv, stackPath: string): Promise<Caller> {
  const stack = await readStack(stackPath);
  const url = options.to ?? stack?.commandApi;
  if (url === undefined)
    throw new ImportRefused(
      'caller.no-address',
      `Where to? Give --to URL of the command interface, or start the local stack (it is not running).`,
    );
  const client = options.client ?? LOCAL_IMPORTER;
  const local = stack?.clients?.[client];
  return {
    url: protectedUrl(url),
    token: tokenSource({ ...options, client }, env, { tokenUrl: stack?.tokenUrl, secret: local?.secret }),
  };
}

function tokenSource(
  options: CallerOptions & { client: string },
  env: NodeJS.ProcessEnv,
  local: { tokenUrl: string | undefined; secret: string | undefined },
): () => Promise<string> {
  const { tokenFile } = options;
  if (tokenFile !== undefined) return async () => (await readFile(tokenFile, 'utf8')).trim();
  const given = env['BREAKWATER_TOKEN'];
  if (given !== undefined && given !== '') return () => Promise.resolve(given);
  const tokenUrl = options.tokenUrl ?? local.tokenUrl;
  const secret = env['BREAKWATER_CLIENT_SECRET'] ?? local.secret;
  if (tokenUrl === undefined || secret === undefined)
    throw new ImportRefused(
      'caller.no-token',
      'As whom? Give --token-file FILE, or BREAKWATER_TOKEN, or --token-url URL and --client NAME with BREAKWATER_CLIENT_SECRET.',
    );
  return clientCredentials(protectedUrl(tokenUrl), options.client, secret);
}

/** Asks the issuer for a token (OAuth 2.0 client credentials) and keeps it until shortly before it ends. */
function clientCredentials(tokenUrl: string, client: string, secret: string): () => Promise<string> {
  let kept: { token: string; until: number } | undefined;
  return async () => {
    if (kept !== undefined && Date.now() < kept.until) return kept.token;
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: client, client_secret: secret });
    const response = await fetch(tokenUrl, { method: 'POST', body }).catch((error: Error) => {
      throw new CallFailed('caller.issuer', `The issuer at ${tokenUrl} does not answer: ${error.message}`, true);
    });
    const answer = (await response.json().catch(() => ({}))) as { access_token?: string; expires_in?: number };
    if (!response.ok || answer.access_token === undefined)
      throw new CallFailed(
        'caller.refused',
        `The issuer at ${tokenUrl} gives ${client} no token (${response.status})`,
        response.status >= 500,
      );
    kept = {
      token: answer.access_token,
      until: Date.now() + Math.max((answer.expires_in ?? 0) - RENEW_SECONDS, 0) * 1000,
    };
    return kept.token;
  };
}

/** A token in plain text on a network is a token lost. */
function protectedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url !== undefined && /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/u.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return text;
  throw new ImportRefused(
    'caller.unprotected',
    `${text} is neither https nor on this machine: a token is not sent there.`,
  );
}

async function readStack(path: string): Promise<StackFile | undefined> {
  try {
    const stack = JSON.parse(await readFile(path, 'utf8')) as StackFile;
    return isRunning(stack.pid) ? stack : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ImportRefused('caller.stack-file', `${path} cannot be read: ${(error as Error).message}`);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}
