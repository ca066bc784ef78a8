/** Other ways to write an address, as they get past gates that compare texts: none of them may lead further than the plain one. */
export interface Spelling {
  name: string;
  method?: string;
  path: string;
  headers?: Record<string, string>;
}

/** A page that everybody may read, to start from. */
const OPEN = '/health/live';

export function spellingsOf(method: string, path: string): Spelling[] {
  const steps = path.split('/');
  const last = steps.at(-1)!;
  const upTo = steps.slice(0, -1).join('/');
  const encoded = `%${last.charCodeAt(0).toString(16)}${last.slice(1)}`;
  return [
    { name: 'HEAD', method: 'HEAD', path },
    { name: 'OPTIONS', method: 'OPTIONS', path },
    { name: 'TRACE', method: 'TRACE', path },
    { name: 'a lower-case method', method: method.toLowerCase(), path },
    { name: 'a slash behind it', path: `${path}/` },
    { name: 'two slashes in front', path: `/${path}` },
    { name: 'two slashes inside', path: `${upTo}//${last}` },
    { name: 'capital letters', path: path.toUpperCase() },
    { name: 'one capital letter', path: `${upTo}/${last.charAt(0).toUpperCase()}${last.slice(1)}` },
    { name: 'an encoded letter', path: `${upTo}/${encoded}` },
    { name: 'a letter encoded twice', path: `${upTo}/${encoded.replace('%', '%25')}` },
    { name: 'an encoded slash', path: `${upTo}%2f${last}` },
    { name: 'a slash encoded twice', path: `${upTo}%252f${last}` },
    { name: 'a backslash', path: `${upTo}\\${last}` },
    { name: 'a dot step', path: `${upTo}/./${last}` },
    { name: 'dot steps out of an open page', path: `${OPEN}/../..${path}` },
    { name: 'encoded dot steps out of an open page', path: `${OPEN}/%2e%2e/%2e%2e${path}` },
    { name: 'dot steps with a semicolon', path: `${OPEN}/..;/..;${path}` },
    { name: 'a semicolon', path: `${path};a=b` },
    { name: 'a null byte', path: `${path}%00` },
    { name: 'a null byte and an ending', path: `${path}%00.json` },
    { name: 'an ending', path: `${path}.json` },
    { name: 'a space', path: `${path}%20` },
    { name: 'a line break', path: `${path}%0d%0a` },
    { name: 'a fragment', path: `${path}%23` },
    { name: 'a question mark alone', path: `${path}?` },
    { name: 'a token in the address', path: `${path}?access_token=a&authorization=Bearer%20a` },
    { name: 'the method in the address', path: `${path}?_method=GET&method=GET` },
    { name: 'broken encoding', path: `${path}%` },
    { name: 'overlong encoding', path: `${upTo}%c0%af${last}` },
    { name: 'a method override', path, headers: { 'x-http-method-override': 'GET', 'x-method-override': 'GET' } },
    { name: 'another original address', path, headers: { 'x-original-url': OPEN, 'x-rewrite-url': OPEN } },
    { name: 'a named caller', path, headers: { 'x-user': 'coastal-analyst', 'x-roles': 'administrator' } },
    { name: 'an inner address', path, headers: { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' } },
    { name: 'the whole address', path: `http://127.0.0.1${path}` },
  ];
}
