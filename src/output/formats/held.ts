/** What a format cannot hold is refused, never changed in silence: where it stands is said, and which field, not what it is. */
import { OptionError } from '../../core/errors.js';

/** Where a text comes from, for the message. */
export interface Field {
  readonly list: string;
  readonly column: string;
}

export function cannotHold(format: string, { list, column }: Field, what: string, advice: string): OptionError {
  return new OptionError('E_FORMAT_HOLD', `${list}:${column} E_FORMAT_HOLD expected text that ${format} can hold, got ${what}; ${advice}`);
}
