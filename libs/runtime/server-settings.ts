import 'reflect-metadata';
import { Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
} from 'class-validator';
import { toBoolean } from './process-settings.js';

/**
 * How the servers are reached. `unprotected` names what must not be so outside the local stack; BREAKWATER_ALLOW_PLAINTEXT
 * lifts it. `forbidden` is lifted by nothing.
 */

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/;

function parsed(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

const commaList = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.split(',').map((each) => each.trim()) : value;

export class DatabaseSettings {
  static readonly environment = { url: 'DATABASE_URL', poolSize: 'DATABASE_POOL_SIZE' } as const;

  @Matches(/^postgres(ql)?:\/\//, { message: '$property must be a postgresql:// address' })
  url: string;

  @Type(() => Number)
  @IsInt()
  @Min(2)
  @Max(200)
  poolSize = 10;

  unprotected(): string[] {
    return postgresUnprotected('DATABASE_URL', this.url);
  }
}

/** The address of the role that owns the tables: for migrations only, never for a running app. */
export class DatabaseOwnerSettings {
  static readonly environment = { url: 'DATABASE_OWNER_URL' } as const;

  @Matches(/^postgres(ql)?:\/\//, { message: '$property must be a postgresql:// address' })
  url: string;

  unprotected(): string[] {
    return postgresUnprotected('DATABASE_OWNER_URL', this.url);
  }
}

function postgresUnprotected(name: string, url: string): string[] {
  const address = parsed(url);
  const encrypted = ['require', 'verify-ca', 'verify-full'].includes(address?.searchParams.get('sslmode') ?? '');
  const known = (address?.password ?? '') !== '' || address?.searchParams.has('sslcert') === true;
  return [
    ...(encrypted ? [] : [`${name} must ask for TLS (sslmode=verify-full)`]),
    ...(known ? [] : [`${name} must hold a password or name a client certificate`]),
  ];
}

const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

export class KafkaSettings {
  static readonly environment = {
    brokers: 'KAFKA_BROKERS',
    ssl: 'KAFKA_SSL',
    saslMechanism: 'KAFKA_SASL_MECHANISM',
    saslUsername: 'KAFKA_SASL_USERNAME',
    saslPassword: 'KAFKA_SASL_PASSWORD',
    topicPrefix: 'BREAKWATER_TOPIC_PREFIX',
  } as const;

  @Transform(commaList)
  @ArrayNotEmpty()
  @Matches(/^[^\s:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i, {
    each: true,
    message: '$property must be a list of host:port, separated by commas',
  })
  brokers: string[];

  @Transform(toBoolean)
  @IsBoolean({ message: '$property must be yes or no' })
  ssl = false;

  @IsOptional()
  @IsIn(SASL_MECHANISMS)
  saslMechanism?: (typeof SASL_MECHANISMS)[number];

  @IsOptional()
  @IsString()
  saslUsername?: string;

  @IsOptional()
  @IsString()
  saslPassword?: string;

  @Matches(/^[a-z0-9.-]{0,60}$/, { message: '$property must be lower-case letters, digits, dots and dashes' })
  topicPrefix = '';

  unprotected(): string[] {
    const known =
      this.saslMechanism !== undefined && this.saslUsername !== undefined && this.saslPassword !== undefined;
    return [
      ...(this.ssl ? [] : ['KAFKA_SSL must be yes']),
      ...(known ? [] : ['KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set']),
    ];
  }
}

export class GraphSettings {
  static readonly environment = {
    url: 'NEO4J_URL',
    user: 'NEO4J_USER',
    password: 'NEO4J_PASSWORD',
    database: 'NEO4J_DATABASE',
  } as const;

  @Matches(/^(neo4j|bolt)(\+s)?:\/\//, {
    message: '$property must be a neo4j://, bolt://, neo4j+s:// or bolt+s:// address',
  })
  url: string;

  @IsOptional()
  @IsString()
  user?: string;

  @IsOptional()
  @IsString()
  password?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  database?: string;

  unprotected(): string[] {
    const known = this.user !== undefined && this.password !== undefined;
    return [
      ...(/^\w+\+s:/.test(this.url) ? [] : ['NEO4J_URL must be a neo4j+s:// or bolt+s:// address (TLS)']),
      ...(known ? [] : ['NEO4J_USER and NEO4J_PASSWORD must be set']),
    ];
  }
}

/** Asymmetric only: a shared secret would let every app that can verify a token also make one. */
export const TOKEN_ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'PS256', 'RS256'] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

export class OidcSettings {
  static readonly environment = {
    issuer: 'OIDC_ISSUER',
    jwksUrl: 'OIDC_JWKS_URL',
    audience: 'OIDC_AUDIENCE',
    algorithms: 'OIDC_ALGORITHMS',
  } as const;

  @IsUrl({ require_tld: false, protocols: ['https', 'http'], require_protocol: true })
  issuer: string;

  @IsUrl({ require_tld: false, protocols: ['https', 'http'], require_protocol: true })
  jwksUrl: string;

  @IsString()
  @MinLength(1)
  audience: string;

  @Transform(commaList)
  @ArrayNotEmpty()
  @IsIn(TOKEN_ALGORITHMS, { each: true })
  algorithms: TokenAlgorithm[] = ['EdDSA', 'ES256', 'PS256', 'RS256'];

  unprotected(): string[] {
    return parsed(this.jwksUrl)?.protocol === 'https:' ? [] : ['OIDC_JWKS_URL must be an https:// address'];
  }

  /** The issuer of the local stack gives a token for any persona to whoever asks: no deployment may trust it. */
  forbidden(): string[] {
    const issuer = parsed(this.issuer);
    const real = issuer?.protocol === 'https:' && !LOOPBACK.test(issuer.hostname);
    return real ? [] : ['OIDC_ISSUER must be an https:// address of a real issuer, never one on this machine'];
  }
}
