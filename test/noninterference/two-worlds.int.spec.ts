import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { PERSONAS } from '../../infra/local/issuer/index.js';
import { STEPS, attempts } from './command-secrets.js';
import { looked, pathsOf, play, tried, type World } from './two-worlds.js';

const SECRETS = STEPS.filter(({ secret }) => secret === true).flatMap(({ gives }) => Object.values(gives ?? {}));
const OBSERVERS = PERSONAS.filter(({ organisation }) => organisation === 'partner').map(({ name }) => name);

let quiet: World;
let busy: World;

beforeAll(async () => {
  quiet = await play('quiet-world', STEPS, false);
  busy = await play('busy-world', STEPS, true);
}, STARTUP_MS);
afterAll(async () => {
  await quiet?.app.close();
  await busy?.app.close();
});

describe('an organisation that others keep things from', () => {
  it('is answered the same whatever they do meanwhile', () => {
    expect(busy.answers).toEqual(quiet.answers);
    expect(busy.answers.length).toBeGreaterThan(5);
  });

  it.each(OBSERVERS)('finds behind every door what it would find without them: %s', async (observer) => {
    const [paths, withSecrets] = [await pathsOf(quiet), await pathsOf(busy)];
    expect(withSecrets.map(({ named }) => named)).toEqual(paths.map(({ named }) => named));
    let told = 0;
    for (const [place, { path, named }] of paths.entries()) {
      const without = await looked(quiet, observer, path);
      expect([named, await looked(busy, observer, withSecrets[place]?.path ?? '')]).toEqual([named, without]);
      if (without.startsWith('200')) told += 1;
    }
    process.stdout.write(`${observer.padEnd(22)} ${paths.length} doors alike, ${told} of them open\n`);
    expect(paths.length).toBeGreaterThan(50);
  });

  it.each(SECRETS)('learns nothing by aiming at what it may not know of: %s', async (secret) => {
    for (const attempt of attempts(secret)) {
      const without = await tried(quiet, attempt);
      expect([attempt.as, without, await tried(busy, attempt)]).toEqual([attempt.as, without, without]);
    }
  });

  it('is told who holds its own, and that a recall was not answered', async () => {
    const held = `/v1/held?item=assertion-${busy.ids['sent'] ?? ''}`;
    expect(await looked(busy, 'partner-authoriser', held)).toMatch(/^200.*"state":"overdue"/);
    expect(await looked(busy, 'partner-authoriser', '/v1/notices')).toContain('recall.overdue');
  });

  it('would have found them, had it been let: whoever is in on a secret sees it in one world only', async () => {
    const path = (world: World): string => `/v1/log/events/${world.ids['kept'] ?? ''}`;
    expect(await looked(quiet, 'coastal-auditor', path(quiet))).toMatch(/^404/);
    expect(await looked(busy, 'coastal-auditor', path(busy))).toMatch(/^200/);
    const held = (world: World): string => `/v1/held?item=assertion-${world.ids['lent'] ?? ''}`;
    expect(await looked(quiet, 'coastal-authoriser', held(quiet))).toMatch(/^404/);
    expect(await looked(busy, 'coastal-authoriser', held(busy))).toMatch(/^200.*"state":"overdue"/);
    expect(await looked(busy, 'coastal-authoriser', '/v1/notices')).toContain('recall.overdue');
    const list = '/v1/work-list';
    expect(await looked(busy, 'coastal-deputy', list)).not.toEqual(await looked(quiet, 'coastal-deputy', list));
  });
});
