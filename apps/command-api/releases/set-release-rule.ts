import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { actorOf, EVENT_LOG, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { actDraft, bodyOf, ownMarking, type ReleaseRule } from '#events';
import { newId } from '#runtime';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered } from '../idempotency/once.js';
import { ruleOf } from './weigh.js';

export class SetReleaseRule extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly given: { rule: ReleaseRule; purpose: string },
  ) {
    super();
  }
}

/** Whether an organisation wants two pairs of eyes. Releases proposed before keep the rule of their day. */
@CommandHandler(SetReleaseRule)
export class SetReleaseRuleHandler implements ICommandHandler<SetReleaseRule> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ viewer, call, given: { rule, purpose } }: SetReleaseRule): Promise<Answered> {
    const { organisation } = viewer;
    return once(this.log, { viewer, call, purpose }, async (read) => {
      const stream = `release-rule-${organisation}`;
      const version = (await read.readStreams([stream])).get(stream)?.length ?? 0;
      const changed = (await ruleOf(read, organisation)) !== rule;
      const id = newId();
      const draft = actDraft(
        { id, now: new Date(), purpose, actor: actorOf(viewer, 'administrator') },
        bodyOf('release.rule-set', { organisation, rule }),
        ownMarking(organisation),
      );
      return {
        append: changed ? [{ stream, expectedVersion: version, source: organisation, events: [draft] }] : [],
        answer: () => ({ status: 200, body: { organisation, rule, changed } }),
        audit: [{ act: 'alteration', viewer, purpose, ids: changed ? [stream, id] : [stream], reason: 'release.rule' }],
        ...(changed
          ? {
              alsoWrite: (write) =>
                write.query(
                  `INSERT INTO release_rules (organisation, rule) VALUES ($1, $2)
                   ON CONFLICT (organisation) DO UPDATE SET rule = excluded.rule`,
                  [organisation, rule],
                ),
            }
          : {}),
      };
    });
  }
}
