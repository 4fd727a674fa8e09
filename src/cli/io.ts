/** What a command may touch of the outside: streams, the terminal, the wish to stop. Time comes in here too: nothing else reads a clock. */
export interface Io {
  /** Data and summaries. */
  readonly out: (text: string) => void;
  /** Data in bulk: resolves when it is written, to false if its reader has gone. */
  readonly outBytes: (block: Uint8Array) => Promise<boolean>;
  /** Everything else. */
  readonly err: (text: string) => void;
  /** Whether progress may be drawn: standard error is a terminal. */
  readonly isTerminal: boolean;
  /** Whether standard output is one: figures are drawn only there. @defaultValue as `isTerminal` */
  readonly isOutTerminal?: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Exit codes of SPEC section 10. */
export const EXIT = { done: 0, bug: 1, usage: 2, input: 3, noContact: 4, refused: 5, cannotWrite: 74, locked: 75, interrupted: 130, terminated: 143 } as const;

export type Command<Options> = (options: Options, io: Io) => Promise<number>;
