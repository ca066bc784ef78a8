/** Why access refuses, recognised at the edge by its properties. */
export class AccessRefusal extends Error {
  readonly retriable: boolean;

  constructor(
    readonly kind: 'Unauthenticated' | 'Forbidden' | 'NotReleasable' | 'InvalidInput' | 'Unavailable',
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'AccessRefusal';
    this.retriable = kind === 'Unavailable';
  }
}
