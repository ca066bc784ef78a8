import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit sealed into a chain: each entry gets a dense place and a hash over its row and the hash before it. Only the functions
 * below write it, each proving the timekeeper's lease first, so that two sealers never fork it and the application's password
 * neither rewrites nor forges it. The rows themselves stay as their acts wrote them: no act waits for the chain.
 */
export class AuditChain1795305613001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX audit_order ON audit (txid, seq)');
    await runner.query(`
      CREATE TABLE audit_chain (
        place bigint CONSTRAINT audit_chain_place PRIMARY KEY,
        seq bigint NOT NULL CONSTRAINT audit_chain_entry UNIQUE,
        hash bytea NOT NULL
      )`);
    // Which entries name an id, filled while sealing: an index on the audit itself would be paid by every act.
    await runner.query(`
      CREATE TABLE audit_mentions (
        id text COLLATE "C" NOT NULL,
        place bigint NOT NULL,
        CONSTRAINT audit_mentions_id PRIMARY KEY (id, place)
      )`);
    await runner.query(`
      CREATE TABLE audit_checkpoints (
        place bigint CONSTRAINT audit_checkpoints_place PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        jws text NOT NULL
      )`);
    // Exactly one row: how far the chain is. \`floor\`: entries up to it were all sealed on another database cluster.
    await runner.query(`
      CREATE TABLE audit_sealed (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        cluster text NOT NULL,
        floor bigint NOT NULL,
        txid xid8 NOT NULL,
        seq bigint NOT NULL,
        place bigint NOT NULL,
        hash bytea NOT NULL
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      INSERT INTO audit_sealed (cluster, floor, txid, seq, place, hash)
      SELECT system_identifier, 0, '0', 0, 0, decode(repeat('00', 32), 'hex') FROM log_state`);
    // The same text as canonicalEntry() makes of the row that was read: JSON without spaces, time to the microsecond in UTC.
    await runner.query(`
      CREATE FUNCTION audit_entry_text(entry audit) RETURNS text
      LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT '["breakwater-audit-1",' || entry.seq || ',"' || entry.txid::text || '","' ||
          to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '",' ||
          to_json(entry.act)::text || ',' || coalesce(to_json(entry.organisation::text)::text, 'null') || ',' ||
          to_json(entry.subject)::text || ',' || to_json(entry.purpose)::text || ',' ||
          array_to_json(entry.ids)::text || ',' || array_to_json(entry.recipients)::text || ',' ||
          coalesce(to_json(entry.reason)::text, 'null') || ',' || entry.policy || ',' ||
          coalesce(to_json(entry.correlation_id)::text, 'null') || ']'
      $$`);
    await runner.query(`
      CREATE FUNCTION seal_audit(
        held text, keeper text, its_fence bigint, its_server timestamptz, seconds double precision, at_most integer,
        OUT sealed integer, OUT head bigint, OUT hash bytea
      ) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
        SET enable_seqscan = off -- a plan made while the table was small must not scan it when it has grown
      AS $$
      DECLARE
        -- Taken first: everything below it is finished, so every later snapshot of this call sees all of it.
        horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
        beyond xid8 := pg_snapshot_xmax(pg_current_snapshot());
        cluster_now text;
        sealed_by audit_sealed;
        entry record;
        seqs bigint[] := '{}';
        hashes bytea[] := '{}';
        named integer := 0;
        highest bigint;
      BEGIN
        sealed := 0;
        SELECT * INTO STRICT sealed_by FROM audit_sealed;
        head := sealed_by.place;
        hash := sealed_by.hash;
        SELECT s.system_identifier INTO STRICT cluster_now FROM log_state s;
        -- Idle rounds are many, so they write nothing.
        IF sealed_by.cluster = cluster_now AND NOT EXISTS (
          SELECT FROM audit a
          WHERE (a.txid, a.seq) > (sealed_by.txid, sealed_by.seq) AND a.txid < horizon AND a.seq > sealed_by.floor
        ) THEN
          RETURN;
        END IF;

        PERFORM prove_lease(held, keeper, its_fence, its_server, seconds);
        SELECT * INTO STRICT sealed_by FROM audit_sealed FOR UPDATE;
        hash := sealed_by.hash;
        SELECT coalesce(max(c.seq), 0) INTO highest FROM audit_chain c;
        FOR entry IN
          SELECT a.seq, a.txid, cardinality(a.ids) AS ids, audit_entry_text(a) AS canonical FROM audit a
          WHERE (a.txid, a.seq) > (sealed_by.txid, sealed_by.seq)
            AND CASE WHEN sealed_by.cluster = cluster_now THEN a.txid < horizon AND a.seq > sealed_by.floor
              -- The database was moved to another cluster, which counts transactions anew. What the old one left is finished:
              -- it bears a transaction this cluster has not come to, or a number below one that was sealed there.
              ELSE a.txid >= beyond OR a.seq <= highest END
          ORDER BY a.txid, a.seq LIMIT at_most
        LOOP
          hash := sha256(hash || sha256(convert_to(entry.canonical, 'UTF8')));
          seqs := seqs || entry.seq;
          hashes := hashes || hash;
          sealed_by.txid := entry.txid;
          sealed_by.seq := entry.seq;
          named := named + entry.ids;
          EXIT WHEN named > 20000;
        END LOOP;
        sealed := cardinality(seqs);
        IF sealed = 0 AND sealed_by.cluster <> cluster_now THEN
          sealed_by.cluster := cluster_now;
          sealed_by.floor := highest;
          SELECT least(horizon, min(a.txid)) INTO sealed_by.txid FROM audit a WHERE a.seq > highest;
          sealed_by.seq := 0;
        END IF;
        INSERT INTO audit_chain (place, seq, hash)
        SELECT sealed_by.place + u.n, u.seq, u.link FROM unnest(seqs, hashes) WITH ORDINALITY AS u (seq, link, n);
        INSERT INTO audit_mentions (id, place)
        SELECT DISTINCT named_id, sealed_by.place + u.n
        FROM unnest(seqs) WITH ORDINALITY AS u (seq, n),
          LATERAL (SELECT a.ids || coalesce('by-' || a.organisation, 'by-nobody') AS ids FROM audit a WHERE a.seq = u.seq OFFSET 0) e,
          LATERAL unnest(e.ids) AS named_id;
        head := sealed_by.place + sealed;
        UPDATE audit_sealed s
        SET cluster = sealed_by.cluster, floor = sealed_by.floor, txid = sealed_by.txid, seq = sealed_by.seq, place = head,
          hash = seal_audit.hash;
      END $$`);
    await runner.query(`
      CREATE FUNCTION record_audit_checkpoint(
        held text, keeper text, its_fence bigint, its_server timestamptz, seconds double precision,
        its_place bigint, its_hash bytea, its_jws text
      ) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        PERFORM prove_lease(held, keeper, its_fence, its_server, seconds);
        INSERT INTO audit_checkpoints (place, jws)
        SELECT c.place, its_jws FROM audit_chain c WHERE c.place = its_place AND c.hash = its_hash
        ON CONFLICT DO NOTHING;
      END $$`);
    await runner.query(
      'GRANT SELECT ON audit_chain, audit_mentions, audit_checkpoints, audit_sealed TO breakwater_app',
    );
    await runner.query('REVOKE EXECUTE ON FUNCTION seal_audit, record_audit_checkpoint FROM PUBLIC');
    await runner.query('GRANT EXECUTE ON FUNCTION seal_audit, record_audit_checkpoint TO breakwater_app');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the audit is never taken down'));
  }
}
