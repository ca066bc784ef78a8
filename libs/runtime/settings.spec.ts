import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { IsInt, Max, Min } from 'class-validator';
import { Type } from 'class-transformer';
import { IdKeySettings } from './key-settings.js';
import { DatabaseSettings, GraphSettings, KafkaSettings, OidcSettings } from './server-settings.js';
import { SettingsRefused, readSettings } from './settings.js';

class LimitSettings {
  static readonly environment = { lines: 'BREAKWATER_TEST_LINES' } as const;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  lines = 10;
}

const servers = { database: DatabaseSettings, kafka: KafkaSettings, graph: GraphSettings, oidc: OidcSettings };

const local = {
  BREAKWATER_ENV: 'local',
  DATABASE_URL: 'postgresql://app:secret-word@127.0.0.1:5432/breakwater',
  KAFKA_BROKERS: '127.0.0.1:9092, 127.0.0.1:9093',
  NEO4J_URL: 'bolt://127.0.0.1:7687',
  OIDC_ISSUER: 'http://issuer.localhost/abc',
  OIDC_JWKS_URL: 'http://127.0.0.1:4000/jwks',
  OIDC_AUDIENCE: 'breakwater',
};

const production = {
  DATABASE_URL: 'postgresql://app:secret-word@db.example.org/breakwater?sslmode=verify-full',
  KAFKA_BROKERS: 'kafka.example.org:9093',
  KAFKA_SSL: 'yes',
  KAFKA_SASL_MECHANISM: 'scram-sha-512',
  KAFKA_SASL_USERNAME: 'app',
  KAFKA_SASL_PASSWORD: 'secret-word',
  NEO4J_URL: 'neo4j+s://graph.example.org',
  NEO4J_USER: 'app',
  NEO4J_PASSWORD: 'secret-word',
  OIDC_ISSUER: 'https://id.example.org/realm',
  OIDC_JWKS_URL: 'https://id.example.org/realm/jwks',
  OIDC_AUDIENCE: 'breakwater',
};

function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsRefused) return error.faults;
    throw error;
  }
  return [];
}

describe('the settings of a process', () => {
  it('are read once, with defaults, types and lists, and cannot be changed', () => {
    const settings = readSettings({ ...servers, limits: LimitSettings }, { ...local, BREAKWATER_TEST_LINES: '25' });
    expect(settings.limits.lines).toBe(25);
    expect(settings.kafka.brokers).toEqual(['127.0.0.1:9092', '127.0.0.1:9093']);
    expect(settings.process.host).toBe('127.0.0.1');
    expect(() => Object.assign(settings.limits, { lines: 3 })).toThrow(TypeError);
  });

  it('name every fault at once, by setting and rule, and never a value', () => {
    const faults = faultsOf(() =>
      readSettings(
        { ...servers, limits: LimitSettings, key: IdKeySettings },
        {
          ...local,
          DATABASE_URL: 'mysql://app:secret-word@db',
          KAFKA_SSL: 'secret-word',
          BREAKWATER_TEST_LINES: '2000',
          BREAKWATER_ID_KEY: 'c2VjcmV0LXdvcmQ=',
          OIDC_AUDIENCE: undefined,
        },
      ),
    );
    expect(faults).toEqual([
      'DATABASE_URL must be a postgresql:// address',
      'KAFKA_SSL must be yes or no',
      'OIDC_AUDIENCE is missing',
      'BREAKWATER_TEST_LINES must not be greater than 100',
      'BREAKWATER_ID_KEY must be at least 32 random bytes in base64',
    ]);
    expect(faults.join()).not.toContain('secret-word');
  });

  it('refuse a name with our prefix that nothing reads, since it is a typing error', () => {
    expect(faultsOf(() => readSettings({}, { BREAKWATER_ENV: 'local', BREAKWATER_PROT: '80' }))).toEqual([
      'BREAKWATER_PROT is no setting of this program',
    ]);
  });

  it('leave alone the names that scripts and tools read', () => {
    expect(faultsOf(() => readSettings({}, { BREAKWATER_ENV: 'local', BREAKWATER_DATA: '/data' }))).toEqual([]);
  });

  it('print as masks', () => {
    const settings = readSettings(servers, local);
    expect(inspect(settings, { depth: 5 }) + JSON.stringify(settings)).not.toContain('secret-word');
  });

  describe('with secrets in files', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'settings-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('read the file and drop the end of its line', () => {
      const file = join(folder, 'url');
      writeFileSync(file, `${local.DATABASE_URL}\n`);
      const settings = readSettings(
        { database: DatabaseSettings },
        { BREAKWATER_ENV: 'local', DATABASE_URL_FILE: file },
      );
      expect(settings.database.url).toBe(local.DATABASE_URL);
    });

    it('refuse both forms at once, and a file that is not there', () => {
      expect(
        faultsOf(() =>
          readSettings({ database: DatabaseSettings }, { ...local, DATABASE_URL_FILE: join(folder, 'none') }),
        ),
      ).toContain('DATABASE_URL and DATABASE_URL_FILE are both set; keep one');
      expect(
        faultsOf(() =>
          readSettings(
            { database: DatabaseSettings },
            { BREAKWATER_ENV: 'local', DATABASE_URL_FILE: join(folder, 'none') },
          ),
        ),
      ).toContain('DATABASE_URL_FILE names a file that cannot be read (ENOENT)');
    });
  });

  describe('outside the local stack', () => {
    it('are accepted with TLS and credentials everywhere', () => {
      expect(faultsOf(() => readSettings(servers, production))).toEqual([]);
    });

    it('count as such when nothing is said', () => {
      expect(faultsOf(() => readSettings(servers, { ...local, BREAKWATER_ENV: undefined }))).not.toEqual([]);
    });

    it.each([
      ['DATABASE_URL', 'postgresql://app:secret-word@db.example.org/breakwater', 'DATABASE_URL must ask for TLS'],
      ['DATABASE_URL', 'postgresql://app:p@db.example.org/x?sslmode=no-verify', 'DATABASE_URL must ask for TLS'],
      ['DATABASE_URL', 'postgresql://app@db.example.org/x?sslmode=verify-full', 'DATABASE_URL must hold a password'],
      ['KAFKA_SSL', 'no', 'KAFKA_SSL must be yes'],
      ['KAFKA_SASL_PASSWORD', '', 'KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set'],
      ['NEO4J_URL', 'neo4j://graph.example.org', 'NEO4J_URL must be a neo4j+s://'],
      ['NEO4J_PASSWORD', '', 'NEO4J_USER and NEO4J_PASSWORD must be set'],
      ['OIDC_JWKS_URL', 'http://id.example.org/jwks', 'OIDC_JWKS_URL must be an https:// address'],
    ])('are refused with %s unprotected, unless the deployment says that the way is secured', (name, value, fault) => {
      const given = { ...production, [name]: value };
      expect(faultsOf(() => readSettings(servers, given))).toEqual([expect.stringContaining(fault)]);
      expect(faultsOf(() => readSettings(servers, { ...given, BREAKWATER_ALLOW_PLAINTEXT: 'yes' }))).toEqual([]);
    });

    it.each([
      'http://issuer.localhost/abc',
      'http://127.0.0.1:4000',
      'https://127.0.0.1:4000',
      'https://localhost',
      'http://id.example.org',
    ])('never trust the issuer %s, whatever else is allowed', (issuer) => {
      expect(
        faultsOf(() =>
          readSettings(servers, { ...production, OIDC_ISSUER: issuer, BREAKWATER_ALLOW_PLAINTEXT: 'yes' }),
        ),
      ).toEqual([expect.stringContaining('OIDC_ISSUER must be an https:// address of a real issuer')]);
    });
  });
});
