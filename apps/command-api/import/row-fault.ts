/** Why one row cannot be imported. It names the column and never the value: reports are read by more people than the file. */
export class RowFault extends Error {
  readonly kind = 'InvalidInput';
  readonly retriable = false;

  constructor(
    /** Stable, dotted: `row.end-unknown`, `cell.not-a-date`. */
    readonly code: string,
    detail: string,
    readonly column?: string,
  ) {
    super(detail);
    this.name = 'RowFault';
  }
}

/** Why an import does not start, or does not go on: one sentence for each thing to put right. */
export class ImportRefused extends Error {
  readonly kind = 'InvalidInput';
  readonly retriable = false;

  constructor(
    readonly code: string,
    message: string,
    readonly details: string[] = [],
  ) {
    super([message, ...details.map((detail) => `  - ${detail}`)].join('\n'));
    this.name = 'ImportRefused';
  }
}
