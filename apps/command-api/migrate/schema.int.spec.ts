import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { ALL_MIGRATIONS } from '../../../test/support/command-app.js';
import { openTestLog, type TestLog } from '../../../test/support/test-log.js';

/**
 * Migration drift. The schema is written by hand in migrations, so what they make together is kept in `schema.txt`, where a
 * reviewer sees what a migration changes and who may do what to which table. A migration that was edited after a database had
 * run it would show here as a difference, and would never show there. After a new migration:
 * `BREAKWATER_UPDATE_SCHEMA=yes npm test -- schema.int`.
 */
const KEPT = join(import.meta.dirname, 'schema.txt');

/** One line for each column, constraint, index, function, trigger and right. Of functions only their text's hash. */
const DESCRIPTION = `
  SELECT line FROM (
  SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || CASE a.attidentity WHEN 'a' THEN ' identity' ELSE '' END
         || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
  UNION ALL
  SELECT 'index ' || pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid
   WHERE c.relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'function ' || p.oid::regprocedure || CASE WHEN prosecdef THEN ' security definer' ELSE '' END || ' ' || md5(prosrc)
    FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT tgisinternal
  UNION ALL
  SELECT 'right ' || privilege_type || ' on ' || table_name || ' to ' || grantee FROM information_schema.role_table_grants
   WHERE table_schema = 'public' AND grantee IN ('breakwater_app', 'PUBLIC')
  UNION ALL
  SELECT 'right ' || privilege_type || ' on ' || table_name || '.' || column_name || ' to ' || grantee
    FROM information_schema.column_privileges c
   WHERE table_schema = 'public' AND grantee IN ('breakwater_app', 'PUBLIC')
     AND NOT EXISTS (SELECT FROM information_schema.role_table_grants t WHERE t.table_schema = 'public'
       AND t.table_name = c.table_name AND t.grantee = c.grantee AND t.privilege_type = c.privilege_type)
  UNION ALL
  SELECT 'right EXECUTE on ' || p.oid::regprocedure || ' to ' || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END
    FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
   WHERE pronamespace = 'public'::regnamespace AND acl.grantee <> p.proowner
  ) AS described ORDER BY line COLLATE "C"`;

let store: TestLog;
beforeAll(async () => {
  store = await openTestLog('schema', ALL_MIGRATIONS);
}, STARTUP_MS);
afterAll(() => store.close());

describe('the schema that the migrations make', () => {
  it('is the one that is kept beside them', async () => {
    const { rows } = await store.owner.query<{ line: string }>(DESCRIPTION);
    const made = `${rows.map(({ line }) => line).join('\n')}\n`;
    if (process.env['BREAKWATER_UPDATE_SCHEMA'] === 'yes') writeFileSync(KEPT, made);
    expect(existsSync(KEPT) ? readFileSync(KEPT, 'utf8') : '').toBe(made);
  });

  it('lets the application neither change nor remove what the log and the audit hold', async () => {
    const { rows } = await store.owner.query<{ table: string; act: string }>(
      `SELECT "table", act FROM unnest(ARRAY['events', 'log_positions', 'markings', 'audit', 'audit_chain', 'audit_checkpoints']) AS "table",
                               unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS act
        WHERE has_table_privilege('breakwater_app', "table", act)`,
    );
    expect(rows).toEqual([]);
  });
});
