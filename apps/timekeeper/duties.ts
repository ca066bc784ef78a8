import type { Duty, DutyParts } from './duty.js';
import { forgetAnswers } from './forget-answers.js';

/** Every duty of this app. A new one is a file or folder of its own and a line here. */
export function dutiesOf({ log }: DutyParts): Duty[] {
  return [forgetAnswers(log)];
}
