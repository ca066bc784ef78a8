/** The question could not be asked or was refused; the message is a sentence for whoever typed it. */
export class AskFailed extends Error {
  readonly code = 'ask.failed';
}
