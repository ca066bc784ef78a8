import type { Duty, DutyParts } from './duty.js';

/** Every duty of this app. A new one is a file or folder of its own and a line here. */
export function dutiesOf(_parts: DutyParts): Duty[] {
  return [];
}
