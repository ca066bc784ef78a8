import type { Role } from '#events';
import { bearerToken } from './bearer-token.js';
import type { Directory } from './directory.js';
import { AccessRefusal } from './refusal.js';
import type { TokenVerifier } from './token-verifier.js';
import type { Viewer } from './viewer.js';

/**
 * Holds a caller to what let it in while an answer goes on for long: the guard looks once, and a stream may outlive token, role
 * and membership.
 */
export class Standing {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly directory: Directory,
  ) {}

  /**
   * Who a header of authorisation speaks for as of now.
   * @throws {@link AccessRefusal} `token.*`, `member.unknown`, `organisation.departed`, `role.missing`; `issuer.unavailable` (retriable) says nothing either way
   */
  async of(authorization: string | undefined, role: Role): Promise<Viewer> {
    const token = bearerToken(authorization);
    if (token === undefined) throw new AccessRefusal('Unauthenticated', 'token.missing', 'There is no token.');
    const viewer = await this.directory.viewerOf(await this.verifier.verify(token));
    if (viewer === undefined)
      throw new AccessRefusal('Unauthenticated', 'member.unknown', 'No organisation knows you any more.');
    if (viewer.departed === true)
      throw new AccessRefusal('Forbidden', 'organisation.departed', 'Your organisation takes no part any more.');
    if (!viewer.roles.includes(role))
      throw new AccessRefusal('Forbidden', 'role.missing', 'Your roles do not include one that this needs.');
    return viewer;
  }
}
