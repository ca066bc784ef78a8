import type { Grading, ItemKind, Paperwork, ReferralContent, Fault } from '#events';
import { instrumentOf, type Instrument, type Need } from './instruments.js';

/** A post is not found by the name of its account; accounts and groups of sites without rules are known by their links. */
const NEEDS_OWN_LINK: readonly ItemKind[] = ['post', 'video', 'advert', 'listing'];

export interface QualityAsked {
  content: ReferralContent;
  /** Events that the referral rests on. */
  basis: readonly string[];
  grading?: Grading;
  now: Date;
  /** When it would reach the platform at the earliest. */
  leavesAt: Date;
  /** The agency has never sent an order under this instrument to this platform. */
  isFirstOrder: boolean;
}

const HOUR_MS = 3_600_000;

/**
 * Everything that keeps a referral from being put before a platform, all at once, each with the place where it is missing.
 * How urgent it is changes nothing here: a life at stake does not make a location exact.
 */
export function qualityFaults(asked: QualityAsked): Fault[] {
  const { content, basis, grading } = asked;
  const instrument = instrumentOf(content.instrument);
  const faults = content.items.flatMap((item, place) => itemFaults(item, place, asked.now));
  if (content.explanation.trim() === '')
    faults.push({
      pointer: '/explanation',
      code: 'explanation.missing',
      detail: 'must say what is wrong with the items',
    });
  if (basis.length > 0 && grading === undefined)
    faults.push({
      pointer: '/grading',
      code: 'grading.missing',
      detail: 'is needed: the referral rests on intelligence, and whoever decides must know how sure it is',
    });
  if (instrument === undefined) return [...faults, unknownInstrument()];
  return [...faults, ...groundFaults(content, instrument), ...paperworkFaults(asked, instrument)];
}

export function unknownInstrument(): Fault {
  return {
    pointer: '/instrument',
    code: 'instrument.unknown',
    detail: 'is no instrument; GET /v1/instruments has them',
  };
}

function itemFaults({ kind, location, evidence }: ReferralContent['items'][number], place: number, now: Date): Fault[] {
  const at = `/items/${place}`;
  const faults: Fault[] = [];
  if (NEEDS_OWN_LINK.includes(kind) && location.kind !== 'item')
    faults.push({
      pointer: `${at}/location`,
      code: 'item.not-exact',
      detail: `names a ${location.kind}; a ${kind} is found by its own link`,
    });
  if (evidence.length === 0)
    faults.push({
      pointer: `${at}/evidence`,
      code: 'evidence.missing',
      detail: 'needs at least one capture: hash, time and custody',
    });
  evidence.forEach(({ capturedAt }, index) => {
    if (!(Date.parse(capturedAt) <= now.getTime()))
      faults.push({
        pointer: `${at}/evidence/${index}/capturedAt`,
        code: 'evidence.in-future',
        detail: 'must be a time that has passed',
      });
  });
  return faults;
}

function groundFaults({ ground }: ReferralContent, { grounds, provisions, name }: Instrument): Fault[] {
  if (!grounds.includes(ground.basis))
    return [
      {
        pointer: '/ground/basis',
        code: 'ground.not-of-instrument',
        detail: `must be ${grounds.join(' or ')} under "${name}"`,
      },
    ];
  const known = provisions === undefined || provisions.some((each) => isUnder(ground.provision, each));
  return known
    ? []
    : [
        {
          pointer: '/ground/provision',
          code: 'ground.not-of-instrument',
          detail: `must be one of: ${provisions.join('; ')}`,
        },
      ];
}

/** A provision itself or a part of it: s.25 and s.25(1), and never s.250. */
function isUnder(cited: string, provision: string): boolean {
  return cited === provision || (cited.startsWith(provision) && /^[(A-Z]/.test(cited.slice(provision.length)));
}

const WHAT: Readonly<Record<Need, string>> = {
  contactPoint: 'needs the point where the platform can ask and answer',
  redress: 'needs the remedies of provider and uploader',
  goodFaith: 'needs the statement of good faith (true)',
  reference: 'needs your reference number',
  territory: 'needs the countries that it is limited to',
  language: 'needs the language that the platform has declared',
};

function paperworkFaults({ content, isFirstOrder, leavesAt }: QualityAsked, instrument: Instrument): Fault[] {
  const faults = instrument.needs
    .filter((need) => !isThere(content, need))
    .map((need) => ({ pointer: pointerOf(need), code: `${codeOf(need)}.missing`, detail: WHAT[need] }));
  const hours = instrument.informHoursBefore;
  return hours === undefined || !isFirstOrder
    ? faults
    : [...faults, ...firstOrderFaults(content.paperwork, hours, leavesAt)];
}

function isThere({ paperwork = {}, reference, territory, language }: ReferralContent, need: Need): boolean {
  if (need === 'reference') return reference !== undefined;
  if (need === 'territory') return territory.length > 0;
  if (need === 'language') return language !== undefined;
  return need === 'goodFaith' ? paperwork.goodFaith === true : paperwork[need] !== undefined;
}

function pointerOf(need: Need): string {
  return need === 'reference' || need === 'territory' || need === 'language' ? `/${need}` : `/paperwork/${need}`;
}

function codeOf(need: Need): string {
  return need.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A first order comes after the platform was informed, or says why it cannot wait (TCO art. 3(2)). */
function firstOrderFaults({ informedAt, emergency }: Paperwork = {}, hours: number, leavesAt: Date): Fault[] {
  if (emergency !== undefined) return [];
  const pointer = '/paperwork/informedAt';
  if (informedAt === undefined)
    return [
      {
        pointer,
        code: 'first-order.not-informed',
        detail: `is needed: this is your first order to this platform, which has to know procedures and deadlines ${hours} hours before; or give paperwork.emergency`,
      },
    ];
  const earliest = Date.parse(informedAt) + hours * HOUR_MS;
  return earliest <= leavesAt.getTime()
    ? []
    : [
        {
          pointer,
          code: 'first-order.too-early',
          detail: `is less than ${hours} hours before the order; it can leave at ${new Date(earliest).toISOString()}`,
        },
      ];
}
