import { readFile } from 'node:fs/promises';
import { AskFailed } from './ask-failed.js';

/** Where to ask and as whom: options, then the environment, then the local stack. Secrets never stand on a command line. */
export interface Caller {
  url: string;
  token: string;
}

export interface CallerOptions {
  to?: string;
  as?: string;
  tokenFile?: string;
}

/** What the local stack writes of itself; only what is needed here. */
interface StackFile {
  pid: number;
  queryApi?: string;
  tokenUrl?: string;
  clients?: Record<string, { secret: string }>;
}

/** Who asks in the local stack when nobody is named. */
const LOCAL_ANALYST = 'coastal-analyst';

export async function findCaller(
  { to, as = LOCAL_ANALYST, tokenFile }: CallerOptions,
  env: NodeJS.ProcessEnv,
  stackPath: string,
): Promise<Caller> {
  const stack = await readStack(stackPath);
  const url = to ?? filled(env['BREAKWATER_QUERY_URL']) ?? stack?.queryApi;
  if (url === undefined)
    throw new AskFailed(
      'No stack runs here, and no address is given. Start one with "npm run stack" or "npm run demo", or set BREAKWATER_QUERY_URL and BREAKWATER_TOKEN.',
    );
  if (!isProtected(url)) throw new AskFailed(`${url} is neither https nor on this machine: a token is not sent there.`);
  const given = tokenFile === undefined ? filled(env['BREAKWATER_TOKEN']) : (await readFile(tokenFile, 'utf8')).trim();
  if (given !== undefined) return { url, token: given };
  if (stack?.tokenUrl === undefined || url !== stack.queryApi)
    throw new AskFailed(
      'As whom? Put an access token into BREAKWATER_TOKEN, or name a file that holds one with --token-file.',
    );
  const secret = stack.clients?.[as]?.secret;
  if (secret === undefined)
    throw new AskFailed(
      `The local stack knows nobody called ${as}. It knows: ${Object.keys(stack.clients ?? {}).join(', ')}.`,
    );
  return { url, token: await clientCredentials(stack.tokenUrl, as, secret) };
}

async function clientCredentials(tokenUrl: string, client: string, secret: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: client, client_secret: secret });
  const response = await fetch(tokenUrl, { method: 'POST', body }).catch((error: Error) => {
    throw new AskFailed(`The issuer of the local stack does not answer (${error.message}). Is the stack still up?`);
  });
  const answer = (await response.json().catch(() => ({}))) as { access_token?: string };
  if (answer.access_token === undefined)
    throw new AskFailed(`The issuer gives ${client} no token (${response.status}).`);
  return answer.access_token;
}

function isProtected(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/u.test(url.hostname))
  );
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

async function readStack(path: string): Promise<StackFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AskFailed(`${path} cannot be read (${(error as Error).message}).`);
  }
  const stack = JSON.parse(text) as StackFile;
  return isRunning(stack.pid) ? stack : undefined;
}

/** The file of a killed stack stays behind. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
