/** Why a displayed form cannot be read: for the person who typed or pasted it. */
export class FormRefused extends Error {
  readonly kind = 'InvalidInput';
  readonly retriable = false;

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'FormRefused';
  }
}
