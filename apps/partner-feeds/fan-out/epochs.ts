import type { Desk } from './desk.js';

const NOTE = `
  UPDATE feed_subscribers f SET epoch = $3, epochs = f.epochs || jsonb_build_array(jsonb_build_object('epoch', $3::int, 'after', b.after))
  FROM unnest($1::int[], $2::bigint[]) AS b (subscriber, after) WHERE f.subscriber = b.subscriber`;

/**
 * Another copy of the database stands in place of the old one: each subscriber is told in its own sequence that a new history
 * begins there, since what it got of the old one may be known here no more.
 */
export async function beginEpoch({ turn, state }: Desk, incarnation: number): Promise<void> {
  const before = [...state.subscribers.values()].map(({ subscriber, sequence }) => ({ subscriber, sequence }));
  state.incarnation = incarnation;
  if (before.length === 0) return;
  const cause = { position: state.position, givenAt: 0 };
  for (const { subscriber } of before)
    turn.notice(cause, {
      subscriber,
      kind: 'epoch',
      reason: 'history-restored',
      sequences: [],
      details: { epoch: incarnation },
    });
  await turn.write.query(NOTE, [
    before.map(({ subscriber }) => subscriber),
    before.map(({ sequence }) => sequence),
    incarnation,
  ]);
}
