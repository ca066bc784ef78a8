import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Referrals as lists and duties need them, interests of organisations in identifiers, and the checks that touched them. All of
 * it follows from events and is written in their transactions. Entities stand here by their public ids, never in clear text.
 */
export class Referrals1795340000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE referrals (
        referral uuid CONSTRAINT referrals_referral PRIMARY KEY,
        organisation uuid NOT NULL,
        platform uuid NOT NULL,
        audience bigint NOT NULL,
        state text NOT NULL,
        theme text NOT NULL,
        urgency text NOT NULL,
        instrument text NOT NULL,
        language text,
        reference text,
        priority smallint NOT NULL,
        drafted_at timestamptz NOT NULL,
        check_requested_at timestamptz,
        window_until timestamptz,
        held_until timestamptz,
        submitted_at timestamptz,
        due_at timestamptz NOT NULL DEFAULT 'infinity',
        successor_of uuid,
        version integer NOT NULL
      )`);
    await runner.query(
      'CREATE INDEX referrals_work ON referrals (organisation, priority, due_at, drafted_at, referral)',
    );
    await runner.query(
      'CREATE INDEX referrals_checked ON referrals (organisation, check_requested_at) WHERE check_requested_at IS NOT NULL',
    );
    await runner.query(
      `CREATE INDEX referrals_window ON referrals (window_until) WHERE state = 'deconfliction-pending'`,
    );
    await runner.query(`CREATE INDEX referrals_held ON referrals (held_until) WHERE state = 'held'`);
    await runner.query(`
      CREATE TABLE referral_items (
        referral uuid NOT NULL,
        item smallint NOT NULL,
        entity text COLLATE "C" NOT NULL,
        entity_kind text NOT NULL,
        item_kind text NOT NULL,
        state text NOT NULL,
        appeal text NOT NULL,
        open boolean NOT NULL,
        due_at timestamptz,
        stopped_at timestamptz,
        breached_at timestamptz,
        decided_at timestamptz,
        CONSTRAINT referral_items_item PRIMARY KEY (referral, item)
      )`);
    await runner.query('CREATE INDEX referral_items_open ON referral_items (entity) WHERE open');
    await runner.query('CREATE INDEX referral_items_due ON referral_items (due_at) WHERE due_at IS NOT NULL');
    await runner.query(`
      CREATE TABLE interests (
        interest uuid CONSTRAINT interests_interest PRIMARY KEY,
        organisation uuid NOT NULL,
        audience bigint NOT NULL,
        covert boolean NOT NULL,
        declared_at timestamptz NOT NULL,
        until timestamptz NOT NULL,
        ended_at timestamptz,
        version integer NOT NULL
      )`);
    await runner.query('CREATE INDEX interests_own ON interests (organisation, declared_at, interest)');
    await runner.query(`
      CREATE TABLE interest_entities (
        entity text COLLATE "C" NOT NULL,
        interest uuid NOT NULL,
        CONSTRAINT interest_entities_entity PRIMARY KEY (entity, interest)
      )`);
    await runner.query(`
      CREATE TABLE interest_checks (
        "check" uuid CONSTRAINT interest_checks_check PRIMARY KEY,
        interest uuid NOT NULL,
        organisation uuid NOT NULL,
        audience bigint NOT NULL,
        referral uuid NOT NULL,
        entities text[] NOT NULL,
        holds boolean NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        until timestamptz,
        answer text CHECK (answer IN ('no-objection', 'keep')),
        answered_at timestamptz,
        ended_at timestamptz,
        escalate_at timestamptz,
        escalated_at timestamptz,
        CONSTRAINT interest_checks_once UNIQUE (referral, interest)
      )`);
    await runner.query('CREATE INDEX interest_checks_owner ON interest_checks (organisation, at, "check")');
    await runner.query(
      'CREATE INDEX interest_checks_unanswered ON interest_checks (escalate_at) WHERE answer IS NULL AND ended_at IS NULL AND escalated_at IS NULL',
    );
    await runner.query(
      'GRANT SELECT, INSERT, UPDATE ON referrals, referral_items, interests, interest_checks TO breakwater_app',
    );
    await runner.query('GRANT DELETE ON referral_items TO breakwater_app');
    await runner.query('GRANT SELECT, INSERT ON interest_entities TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE interest_checks, interest_entities, interests, referral_items, referrals');
  }
}
