import { OptionError } from './errors.js';

const UNIT_SEC = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds of a duration: a whole number and `s`, `m`, `h` or `d`; a bare number is seconds. `what` names the option in the error. */
export function parseDuration(value: string | number, what: string): number {
  // A value from JSON may be anything: a list of one text is no text.
  const text = typeof value === 'object' ? 'an object' : String(value);
  const match = /^(\d{1,12})([smhd])?$/.exec(text);
  if (!match) {
    throw new OptionError('E_DURATION', `${what}: expected a whole number and s, m, h or d (30s, 15m, 2h, 1d), got '${text}'`);
  }
  return Number(match[1]) * UNIT_SEC[(match[2] ?? 's') as keyof typeof UNIT_SEC];
}
