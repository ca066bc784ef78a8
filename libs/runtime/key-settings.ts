import { ValidateBy } from 'class-validator';

/** Shortest key in bytes: as long as the output of HMAC-SHA256. */
const MIN_KEY_BYTES = 32;

const IsKey = (): PropertyDecorator =>
  ValidateBy({
    name: 'isKey',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' &&
        /^[A-Za-z0-9+/]+={0,2}$/.test(value) &&
        Buffer.from(value, 'base64').length >= MIN_KEY_BYTES,
      defaultMessage: () => `$property must be at least ${MIN_KEY_BYTES} random bytes in base64`,
    },
  });

/** The secret behind the public ids of entities: the same for every app that names one, and never changed without a re-keying. */
export class IdKeySettings {
  static readonly environment = { base64: 'BREAKWATER_ID_KEY' } as const;

  @IsKey()
  base64: string;

  bytes(): Buffer {
    return Buffer.from(this.base64, 'base64');
  }
}

/** The secret that seals continuations. */
export class CursorKeySettings {
  static readonly environment = { base64: 'BREAKWATER_CURSOR_KEY' } as const;

  @IsKey()
  base64: string;

  bytes(): Buffer {
    return Buffer.from(this.base64, 'base64');
  }
}

/** The secret behind the delivery ids of feeds and the keys that sign webhooks. For partner-feeds only. */
export class FeedKeySettings {
  static readonly environment = { base64: 'BREAKWATER_FEED_KEY' } as const;

  @IsKey()
  base64: string;

  bytes(): Buffer {
    return Buffer.from(this.base64, 'base64');
  }
}

/** The secret behind the key that signs checkpoints of the audit. For the timekeeper only. */
export class AuditKeySettings {
  static readonly environment = { base64: 'BREAKWATER_AUDIT_KEY' } as const;

  @IsKey()
  base64: string;

  bytes(): Buffer {
    return Buffer.from(this.base64, 'base64');
  }
}
