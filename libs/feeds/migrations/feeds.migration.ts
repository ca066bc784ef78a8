import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What each subscriber gets and got. `subscriptions` follows from its events in the transaction of the command; everything else is
 * written by fan-out in the order of the log, but for the ledger and the digests, which deliveries write. All of it but the
 * ledger can be made anew from the log; the ledger says what left, and is never changed.
 */
export class Feeds1795390000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE subscriptions (
        subscription uuid CONSTRAINT subscriptions_subscription PRIMARY KEY,
        organisation uuid NOT NULL,
        name text NOT NULL,
        state text NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
        reason text,
        filter jsonb NOT NULL,
        channel jsonb NOT NULL,
        key integer NOT NULL DEFAULT 1,
        key_overlap_until timestamptz,
        version integer NOT NULL,
        made_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX subscriptions_organisation ON subscriptions (organisation)');
    await runner.query(`
      CREATE TABLE feed_fanout (
        one boolean CONSTRAINT feed_fanout_one PRIMARY KEY DEFAULT true CHECK (one),
        position bigint NOT NULL,
        incarnation integer NOT NULL,
        event uuid,
        policy jsonb NOT NULL,
        doing jsonb
      )`);
    await runner.query(`
      CREATE TABLE feed_subscribers (
        subscriber integer CONSTRAINT feed_subscribers_subscriber PRIMARY KEY,
        subscription uuid NOT NULL CONSTRAINT feed_subscribers_subscription UNIQUE,
        organisation uuid NOT NULL,
        sequence bigint NOT NULL DEFAULT 0,
        added bigint NOT NULL DEFAULT 0,
        epoch integer NOT NULL,
        epochs jsonb NOT NULL DEFAULT '[]'
      )`);
    await runner.query(`
      CREATE TABLE feed_slots (
        subscriber integer NOT NULL,
        sequence bigint NOT NULL,
        position bigint NOT NULL,
        added bigint NOT NULL,
        kind smallint NOT NULL,
        ended bigint,
        CONSTRAINT feed_slots_slot PRIMARY KEY (subscriber, sequence)
      )`);
    await runner.query('CREATE INDEX feed_slots_position ON feed_slots (position)');
    await runner.query(`
      CREATE TABLE feed_notices (
        subscriber integer NOT NULL,
        sequence bigint NOT NULL,
        kind text NOT NULL,
        reason text NOT NULL,
        sequences bigint[] NOT NULL,
        due_at timestamptz,
        state text CHECK (state IN ('pending', 'applied', 'refused', 'not-held', 'overdue')),
        answered_at timestamptz,
        details jsonb NOT NULL DEFAULT '{}',
        CONSTRAINT feed_notices_notice PRIMARY KEY (subscriber, sequence)
      )`);
    await runner.query(`CREATE INDEX feed_notices_due ON feed_notices (due_at) WHERE state = 'pending'`);
    await runner.query(`
      CREATE TABLE feed_ledger (
        subscriber integer NOT NULL,
        sequence bigint NOT NULL,
        channel text COLLATE "C" NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        audience bigint NOT NULL,
        basis text NOT NULL,
        audit bigint NOT NULL,
        CONSTRAINT feed_ledger_delivery PRIMARY KEY (subscriber, sequence, channel)
      )`);
    await runner.query(`
      CREATE TABLE feed_digests (
        subscriber integer NOT NULL,
        sequence bigint NOT NULL,
        digest bytea NOT NULL,
        CONSTRAINT feed_digests_digest PRIMARY KEY (subscriber, sequence)
      )`);
    await runner.query(`
      CREATE TABLE feed_parked (
        position bigint CONSTRAINT feed_parked_position PRIMARY KEY,
        stream text COLLATE "C" NOT NULL,
        stream_version integer NOT NULL,
        type text NOT NULL,
        reason text NOT NULL
      )`);
    await runner.query('CREATE INDEX feed_parked_stream ON feed_parked (stream)');
    await runner.query(`
      CREATE TABLE feed_memberships (
        network text COLLATE "C" NOT NULL,
        entity text COLLATE "C" NOT NULL,
        stream text COLLATE "C" NOT NULL,
        index smallint NOT NULL,
        CONSTRAINT feed_memberships_membership PRIMARY KEY (stream, index)
      )`);
    await runner.query('CREATE INDEX feed_memberships_entity ON feed_memberships (entity)');
    // Of the ledger the application adds and reads: what left cannot be made not to have left.
    await runner.query('GRANT SELECT, INSERT ON feed_ledger TO breakwater_app');
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE ON subscriptions, feed_fanout, feed_subscribers, feed_slots, feed_notices, feed_digests
      TO breakwater_app`);
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON feed_parked, feed_memberships TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE feed_memberships, feed_parked, feed_digests, feed_ledger, feed_notices, feed_slots, feed_subscribers, feed_fanout,
        subscriptions`);
  }
}
