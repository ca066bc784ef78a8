import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What each side's record said of each item, and from when to when it said so: figures are counted from it, as of any day. A row
 * is never changed but for the end of its time.
 */
export class CaseFacts1795340000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE case_facts (
        side text NOT NULL CHECK (side IN ('agency', 'platform')),
        case_id uuid NOT NULL,
        request uuid NOT NULL,
        referral uuid,
        item smallint NOT NULL,
        organisation uuid,
        platform uuid NOT NULL,
        audience bigint NOT NULL,
        item_kind text NOT NULL,
        theme text,
        instrument text,
        language text,
        territory text[] NOT NULL,
        received_at timestamptz NOT NULL,
        acknowledged_at timestamptz,
        decided_at timestamptz,
        effective_at timestamptz,
        status text NOT NULL CHECK (status IN ('open', 'decided', 'withdrawn')),
        result text,
        effect text,
        reason text,
        appeal text NOT NULL,
        finding text,
        told text,
        content text NOT NULL,
        recorded_at timestamptz NOT NULL,
        superseded_at timestamptz NOT NULL DEFAULT 'infinity'
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX case_facts_standing ON case_facts (case_id, request, item) WHERE superseded_at = 'infinity'`,
    );
    await runner.query(
      `CREATE INDEX case_facts_agency ON case_facts (organisation, received_at) WHERE side = 'agency'`,
    );
    await runner.query(
      `CREATE INDEX case_facts_platform ON case_facts (platform, received_at) WHERE side = 'platform'`,
    );
    await runner.query('CREATE INDEX case_facts_referral ON case_facts (referral, item) WHERE referral IS NOT NULL');
    await runner.query('GRANT SELECT, INSERT, UPDATE (superseded_at) ON case_facts TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE case_facts');
  }
}
