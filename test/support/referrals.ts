/** Referrals as specs send them: complete ones, of which a spec changes only what matters to it. */
import { randomUUID } from 'node:crypto';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';

export function itemBody(id: string = randomUUID(), changes: object = {}): object {
  return {
    kind: 'post',
    location: `https://www.youtube.com/watch?v=${videoId(id)}`,
    evidence: [
      {
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        capturedAt: '2026-03-09T21:15:00Z',
        custody: 'evidence store 4/17',
      },
    ],
    ...changes,
  };
}

/** Eleven characters, as the platform gives its videos. */
function videoId(text: string): string {
  return Buffer.from(text.replaceAll('-', ''), 'utf8')
    .toString('base64url')
    .replaceAll(/[-_]/g, 'A')
    .padEnd(11, 'x')
    .slice(-11);
}

export function referralBody(changes: object = {}): Record<string, unknown> {
  return {
    platform: ORGANISATIONS.lumen.organisation,
    instrument: 'voluntary-referral',
    ground: { basis: 'terms', provision: 'Community rules: human smuggling' },
    theme: 'boat-crossing',
    urgency: 'routine',
    explanation: 'Offers places in a boat, with a price for each person.',
    items: [itemBody()],
    marking: { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'] },
    purpose: 'operation-tern',
    ...changes,
  };
}

/** A complete one-hour order, the first to its platform. */
export function orderBody(changes: object = {}): Record<string, unknown> {
  return referralBody({
    instrument: 'tco-removal-order',
    ground: { basis: 'law', provision: 'Regulation (EU) 2021/784 art. 2(7)(b)' },
    reference: 'RO/2026/17',
    paperwork: {
      contactPoint: 'Coastal desk',
      redress: 'The court of the district, within four weeks.',
      informedAt: '2026-03-01T08:00:00Z',
    },
    ...changes,
  });
}
