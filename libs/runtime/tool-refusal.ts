/**
 * The end of a command-line tool that could not do what it was asked: a refusal (an error with a stable code) is told as a
 * sentence, with exit code 1; anything else is a defect and is thrown on. Returns the refusal's code.
 */
export function tellRefusal(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (!(error instanceof Error) || typeof code !== 'string') throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
  return code;
}
