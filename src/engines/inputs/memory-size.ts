/** Amounts of memory as options give them. */
import { OptionError } from '../../core/errors.js';

const UNITS: Readonly<Record<string, number>> = { MB: 2 ** 20, MIB: 2 ** 20, GB: 2 ** 30, GIB: 2 ** 30 };
const LEAST_BYTES = 256 * 2 ** 20;

/** Bytes of `512MB`, `2GB` or a number of bytes. @throws OptionError `E_MEMORY` for less than 256 MB or anything else. */
export function parseMemory(value: string | number): number {
  const match = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(String(value));
  const unit = match?.[2] === '' ? 1 : UNITS[match?.[2]?.toUpperCase() ?? ''];
  const bytes = match && unit !== undefined ? Math.floor(Number(match[1]) * unit) : Number.NaN;
  if (!(bytes >= LEAST_BYTES)) throw new OptionError('E_MEMORY', `memory: expected at least 256MB, as in 512MB or 2GB, got '${String(value)}'`);
  return bytes;
}
