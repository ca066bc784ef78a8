/** The feed cannot be followed: a sentence for whoever reads it. */
export class FollowFailed extends Error {
  constructor(
    /** Stable: of the server (`feed.cursor-foreign`), or `follow.lost`, `follow.state`, `follow.unreachable`. */
    readonly code: string,
    message: string,
    /** Whether waiting may help. */
    readonly retriable = false,
  ) {
    super(message);
    this.name = 'FollowFailed';
  }
}
