/** What every error of the library has: a stable `code` to branch on and a message for people, without personal values. */
export abstract class CopresenceError extends Error {
  /** Stable, upper case, starts with `E_`. */
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** The input cannot be used: wrong encoding, an unclosed quote, too many rejected rows. The CLI exits with 3. */
export class InputError extends CopresenceError {}

/** The caller asked for something that is not possible or not clear: a wrong flag, a missing column, no zone. The CLI exits with 2. */
export class OptionError extends CopresenceError {}

/** The work cannot go on as things are: a limit would be passed (`E_LIMIT`, exit 5), a file cannot be written (`E_WRITE`, exit 74). */
export class StateError extends CopresenceError {}

/** Another engine, or an optional package, is missing, too old or failed. */
export class EngineError extends CopresenceError {}
