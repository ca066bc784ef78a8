import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Read tables of organisations and their members, written in the transaction of the event that they follow from; and the audit.
 * The application's role can add to the audit and read it, and can change nothing of it: a row stays as it was written even if
 * the application's password is stolen. A member is one subject of one issuer in one organisation: whom a caller speaks for
 * must never be a choice of the caller.
 */
export class AccessTables1795305610001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE organisations (
        organisation uuid CONSTRAINT organisations_organisation PRIMARY KEY,
        name text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('agency', 'platform', 'unit')),
        groups text[] NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE members (
        issuer text COLLATE "C" NOT NULL,
        subject text COLLATE "C" NOT NULL,
        organisation uuid NOT NULL REFERENCES organisations,
        roles text[] NOT NULL,
        compartments text[] NOT NULL,
        CONSTRAINT members_identity PRIMARY KEY (issuer, subject)
      )`);
    await runner.query('CREATE INDEX members_organisation ON members (organisation)');
    await runner.query(`
      CREATE TABLE audit (
        seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_seq PRIMARY KEY,
        txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        act text NOT NULL CHECK (act IN ('collection', 'alteration', 'consultation', 'disclosure', 'combination', 'erasure', 'refusal')),
        organisation uuid,
        subject text NOT NULL,
        purpose text NOT NULL,
        ids text[] NOT NULL,
        recipients text[] NOT NULL,
        reason text,
        policy integer NOT NULL,
        correlation_id text
      )`);
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON organisations, members TO breakwater_app');
    // By column: number, transaction and time are the database's to give, or a row could be dated back.
    await runner.query(`
      GRANT SELECT, INSERT (act, organisation, subject, purpose, ids, recipients, reason, policy, correlation_id)
      ON audit TO breakwater_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE members, organisations');
    // The audit is never taken down.
    await runner.query('REVOKE ALL ON audit FROM breakwater_app');
  }
}
