import { Injectable } from '@nestjs/common';
import { refusedFor, type Fault, type FeedChannel, type FeedFilter } from '#events';
import { webhookUrlFaults, type WebhookTargets } from '#feeds';
import { platformNamed } from '#identifiers';
import type { ChannelRequest, FilterRequest } from './requests.js';

/** What a subscription is asked to be, once it is known that it can be so. */
@Injectable()
export class TermsGiven {
  constructor(private readonly targets: WebhookTargets) {}

  /** @throws what a webhook lacks, or what only a webhook has */
  channel({ kind, ...asked }: ChannelRequest): FeedChannel {
    const given = told(asked);
    if (kind === 'webhook') {
      const { url = '', payload = 'thin' } = given;
      refuse(webhookUrlFaults(url, this.targets).map((fault) => ({ ...fault, pointer: '/channel/url' })));
      return { kind, url, payload };
    }
    refuse(
      Object.keys(given).map((name) => ({
        pointer: `/channel/${name}`,
        code: 'channel.not-a-webhook',
        detail: 'is for the kind webhook; leave it out',
      })),
    );
    return { kind };
  }

  /** @throws another name of a platform: it would filter everything out and never say so */
  filter({ own = false, ...asked }: FilterRequest): FeedFilter {
    const lists = told(asked);
    refuse(
      (lists.platforms ?? []).flatMap((name, place) => {
        const meant = platformNamed(name);
        if (meant === undefined || meant === name) return [];
        const detail = `is written ${meant} here`;
        return [{ pointer: `/filter/platforms/${place}`, code: 'filter.platform-alias', detail }];
      }),
    );
    return { ...lists, ...(own ? { own } : {}) };
  }
}

/** Without what was left out: fields of a request are there also where nothing was said. */
function told<Given extends object>(given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given;
}

function refuse(faults: Fault[]): void {
  const [first, ...others] = faults;
  if (first !== undefined) throw refusedFor('The subscription cannot be taken', [first, ...others]);
}
