import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What belongs to decisions about passing on: permissions as they stand, the authoriser's work list, delegations, notices,
 * and blind checks that wait for somebody to look for holders. Written in the transaction of the events they follow from.
 * A row that concerns marked intelligence carries the audience of the marking: lists are filtered by it before they are cut.
 */
export class DecisionTables1795320000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE permissions (
        permission uuid CONSTRAINT permissions_permission PRIMARY KEY,
        holder uuid NOT NULL,
        originator uuid NOT NULL,
        action text NOT NULL CHECK (action IN ('act', 'disclose')),
        recipient uuid NOT NULL,
        events uuid[] NOT NULL,
        under bigint[] NOT NULL DEFAULT '{}',
        state text NOT NULL CHECK (state IN ('requested', 'granted', 'refused', 'revoked')),
        until timestamptz
      )`);
    await runner.query(
      `CREATE INDEX permissions_held ON permissions (holder, recipient, action) WHERE state = 'granted'`,
    );
    await runner.query(`
      CREATE TABLE release_rules (
        organisation uuid CONSTRAINT release_rules_organisation PRIMARY KEY,
        rule text NOT NULL CHECK (rule IN ('one-person', 'two-persons', 'two-approvers'))
      )`);
    await runner.query(`
      CREATE TABLE duty_delegations (
        delegation uuid CONSTRAINT duty_delegations_delegation PRIMARY KEY,
        organisation uuid NOT NULL,
        from_subject text COLLATE "C" NOT NULL,
        to_subject text COLLATE "C" NOT NULL,
        until timestamptz NOT NULL,
        recalled boolean NOT NULL DEFAULT false
      )`);
    await runner.query('CREATE INDEX duty_delegations_to ON duty_delegations (organisation, to_subject)');
    await runner.query(`
      CREATE TABLE work_items (
        kind text NOT NULL CHECK (kind IN ('permission', 'release', 'hold', 'override', 'emergency-review')),
        about uuid NOT NULL,
        organisation uuid NOT NULL,
        audience bigint NOT NULL,
        not_for text[] NOT NULL,
        opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        due_at timestamptz NOT NULL,
        closed_at timestamptz,
        escalated_at timestamptz,
        CONSTRAINT work_items_item PRIMARY KEY (about, kind)
      )`);
    await runner.query('CREATE INDEX work_items_open ON work_items (organisation, due_at) WHERE closed_at IS NULL');
    await runner.query(
      'CREATE INDEX work_items_unescalated ON work_items (due_at) WHERE closed_at IS NULL AND escalated_at IS NULL',
    );
    await runner.query(`
      CREATE TABLE notices (
        notice uuid CONSTRAINT notices_notice PRIMARY KEY DEFAULT gen_random_uuid(),
        organisation uuid NOT NULL,
        roles text[] NOT NULL,
        kind text NOT NULL,
        about uuid NOT NULL,
        details jsonb NOT NULL,
        audiences bigint[],
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT notices_once UNIQUE (organisation, kind, about)
      )`);
    await runner.query('CREATE INDEX notices_newest ON notices (organisation, at, notice)');
    await runner.query(`
      CREATE TABLE blind_checks (
        reference uuid CONSTRAINT blind_checks_reference PRIMARY KEY,
        organisation uuid NOT NULL,
        subject text COLLATE "C" NOT NULL,
        contact text NOT NULL,
        entities text[] NOT NULL,
        asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        looked_at timestamptz
      )`);
    await runner.query('CREATE INDEX blind_checks_asked ON blind_checks (organisation, asked_at)');
    await runner.query('CREATE INDEX blind_checks_waiting ON blind_checks (asked_at) WHERE looked_at IS NULL');
    await runner.query(
      'GRANT SELECT, INSERT, UPDATE ON permissions, release_rules, duty_delegations, work_items, blind_checks TO breakwater_app',
    );
    await runner.query('GRANT SELECT, INSERT ON notices TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE blind_checks, notices, work_items, duty_delegations, release_rules, permissions');
  }
}
