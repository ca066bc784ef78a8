import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The marking in force of every stream that was ever regraded; all others carry that of their events. Access to the past too is
 * decided by it, so readers of the log look here, and questions leave out what the graph has not followed yet: the place in the
 * relay's order says how far that is. Kept by a trigger, so that no regrade can be committed without it, and written by nobody.
 */
export class MarkingsInForce1795305612001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE markings_in_force (
        stream text COLLATE "C" CONSTRAINT markings_in_force_stream PRIMARY KEY,
        audience bigint NOT NULL,
        incarnation integer NOT NULL,
        txid xid8 NOT NULL,
        seq bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX markings_in_force_order ON markings_in_force (incarnation, txid, seq)');
    await runner.query(`
      CREATE FUNCTION marking_follows_regrade() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        INSERT INTO markings_in_force AS f (stream, audience, incarnation, txid, seq)
        VALUES (NEW.stream, NEW.audience, NEW.incarnation, NEW.txid, NEW.seq)
        ON CONFLICT ON CONSTRAINT markings_in_force_stream DO UPDATE
        SET audience = excluded.audience, incarnation = excluded.incarnation, txid = excluded.txid, seq = excluded.seq
        WHERE (f.incarnation, f.txid, f.seq) < (excluded.incarnation, excluded.txid, excluded.seq);
        RETURN NULL;
      END $$`);
    await runner.query('REVOKE ALL ON FUNCTION marking_follows_regrade FROM PUBLIC');
    // The condition is all that an ordinary append pays.
    await runner.query(`
      CREATE TRIGGER marking_follows_regrade AFTER INSERT ON events FOR EACH ROW
      WHEN (NEW.type = 'assertion.regraded') EXECUTE FUNCTION marking_follows_regrade()`);
    await runner.query('GRANT SELECT ON markings_in_force TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER marking_follows_regrade ON events');
    await runner.query('DROP FUNCTION marking_follows_regrade');
    await runner.query('DROP TABLE markings_in_force');
  }
}
