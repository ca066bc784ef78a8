/** Networks in the two worlds: hidden ones, hidden members of open ones, and a merger that closes a circle nobody else may see. */
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { decisionBody, networkBody, person } from '../support/networks.js';
import type { Ids, Step } from './two-worlds.js';

const { coastal } = ORGANISATIONS;
const ofPartner = { marking: { gsc: 'OFFICIAL', tlp: 'AMBER', releasableTo: [coastal.organisation] } };
const ofNobodyElse = { marking: { gsc: 'OFFICIAL', tlp: 'RED' } };
const members = (n: number): object[] => [{ entity: person(n), role: 'transporter' }];

type Said = [route: Step['route'], json: Step['json'], gives?: Record<string, string>];
const openly = (...[route, json, gives = {}]: Said): Step => ({
  ...{ as: 'partner-analyst', route, json, gives, status: 201 },
});
const inSecret = (...said: Said): Step => ({ ...openly(...said), as: 'coastal-analyst', secret: true });
const on = (name: string, what: string) => (ids: Ids) => `networks/${ids[name]}/${what}`;

/** Secrets come before the open step that they might show in. */
export const NETWORK_STEPS: readonly Step[] = [
  openly('networks', networkBody(ofPartner), { network: 'network' }),
  openly('networks', networkBody({ ...ofPartner, name: 'Gull' }), { network: 'other network' }),
  inSecret('networks', networkBody({ ...ofNobodyElse, name: 'Plover' }), { network: 'secret network' }),
  inSecret(on('network', 'members'), decisionBody({ ...ofNobodyElse, members: members(1) }), {
    assertions: 'secret membership',
  }),
  openly(on('network', 'members'), decisionBody({ ...ofPartner, members: members(2) }), { assertions: 'membership' }),
  inSecret(on('other network', 'merge'), ({ network }) => decisionBody({ ...ofNobodyElse, into: network }), {
    assertions: 'secret merger',
  }),
  openly(on('network', 'merge'), (ids) => decisionBody({ ...ofPartner, into: ids['other network'] })),
  inSecret(on('network', 'revise'), decisionBody({ ...ofNobodyElse, threat: 'grave' })),
  openly(on('network', 'revise'), decisionBody({ ...ofPartner, threat: 'low' })),
  openly(
    on('network', 'split'),
    ({ membership }) => networkBody({ ...ofPartner, name: 'Dunlin', memberships: [membership] }),
    { network: 'split' },
  ),
];

const SECRETS = NETWORK_STEPS.filter(({ secret }) => secret === true).flatMap(({ gives }) =>
  Object.values(gives ?? {}),
);

/** Every act on a network, aimed at what the caller may not know of: as the network, as the other one, as a membership. */
export function networkAttempts(secret: string): Step[] {
  if (!SECRETS.includes(secret)) return [];
  const acts: [route: (target: string, ids: Ids) => string, json: (target: string, ids: Ids) => object][] = [
    [(target) => `networks/${target}/revise`, () => decisionBody({ threat: 'low' })],
    [(target) => `networks/${target}/members`, () => decisionBody({ members: members(3) })],
    [(target) => `networks/${target}/members/end`, () => decisionBody({ members: [{ entity: person(1) }] })],
    [(target) => `networks/${target}/merge`, (_, { network }) => decisionBody({ into: network })],
    [(target) => `networks/${target}/split`, (_, { membership }) => networkBody({ memberships: [membership] })],
    [(_, { network }) => `networks/${network}/merge`, (target) => decisionBody({ into: target })],
    [(_, { network }) => `networks/${network}/split`, (target) => networkBody({ memberships: [target] })],
    [
      () => 'identities',
      (target) => decisionBody({ act: 'same', subject: person(1), others: [person(2)], basis: [target] }),
    ],
  ];
  return acts.map(([route, json]) => ({
    as: 'partner-analyst',
    route: (ids) => route(ids[secret] ?? '', ids),
    json: (ids) => json(ids[secret] ?? '', ids),
    status: 0,
  }));
}
