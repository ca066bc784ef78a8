/** Plants a leak into SQL on its way to PostgreSQL: the statement arrives as another, from whichever app in this process. */
import pg from 'pg';
import { edited, type Edit } from './planted-module.js';

type Query = (this: pg.Client, config: unknown, ...rest: unknown[]) => unknown;

let planted = 0;

/** Runs work with the leak in place. The leak must be met on the way, or it proves nothing. */
export async function withLeakInSql<Result>(
  leak: Edit & { name: string },
  work: () => Promise<Result>,
): Promise<Result> {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const honest = prototype.query;
  let met = 0;
  planted += 1;
  prototype.query = function (config, ...rest) {
    const statement = config as { text?: unknown; name?: string };
    if (typeof statement?.text !== 'string' || !statement.text.includes(leak.find))
      return honest.call(this, config, ...rest);
    met += 1;
    const text = edited(statement.text, leak, 'the statement');
    return honest.call(this, { ...statement, text, name: `leak_${planted}_${statement.name ?? ''}` }, ...rest);
  };
  const result = await work().finally(() => (prototype.query = honest));
  if (met === 0) throw new Error(`no statement was sent that the leak fits: ${leak.name}`);
  return result;
}
