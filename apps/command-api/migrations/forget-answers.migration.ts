import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Kept answers serve repeats of a call, and reports of bulk calls the sender who missed the answer: both for a time. The
 * application's role cannot delete; it can ask for what is older than the database lets it forget. References of assertions
 * are not forgotten: a line sent again after years is still the same line.
 */
export class ForgetAnswers1795305620002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Rows lie in the order of their time, so a summary for each stretch of the table is enough, and costs an insert nothing.
    await runner.query(
      'CREATE INDEX idempotency_keys_at ON idempotency_keys USING brin (at) WITH (autosummarize = on)',
    );
    await runner.query(`
      CREATE FUNCTION forget_answers(answers_kept interval, reports_kept interval, at_most integer) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      DECLARE
        answers integer;
        calls uuid[];
      BEGIN
        IF answers_kept < interval '1 hour' OR reports_kept < interval '1 day' THEN
          RAISE EXCEPTION 'answers are kept for an hour at least, reports for a day' USING ERRCODE = '22023';
        END IF;
        DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM idempotency_keys WHERE at < clock_timestamp() - answers_kept LIMIT at_most));
        GET DIAGNOSTICS answers = ROW_COUNT;
        calls := ARRAY(SELECT call FROM bulk_calls WHERE begun_at < clock_timestamp() - reports_kept LIMIT at_most / 100 + 1);
        DELETE FROM bulk_chunks WHERE call = ANY (calls);
        DELETE FROM bulk_calls WHERE call = ANY (calls);
        RETURN answers + cardinality(calls);
      END $$`);
    await runner.query('REVOKE ALL ON FUNCTION forget_answers FROM PUBLIC');
    await runner.query('GRANT EXECUTE ON FUNCTION forget_answers TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION forget_answers');
    await runner.query('DROP INDEX idempotency_keys_at');
  }
}
