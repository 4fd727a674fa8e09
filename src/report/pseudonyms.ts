/**
 * Pseudonyms for a redacted page. Without a key they are numbers drawn for that page alone, in an order that says nothing of the ids, so that there is
 * nothing to attack. With a key (kept by the incident's team) they are HMAC-SHA-256 cut to 128 bits: the same person has the same one in every page of the incident.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { OptionError } from '../core/errors.js';

const LEAST_KEY_BYTES = 32;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** Reads a key that only its owner may read. @throws OptionError `E_KEY`. */
export function readKey(path: string): Buffer {
  try {
    const { mode } = statSync(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new OptionError('E_KEY', `key-file: expected a file that only you can read, got mode ${(mode & 0o777).toString(8)}; chmod 600 it`);
    const key = readFileSync(path);
    if (key.length < LEAST_KEY_BYTES || new Set(key).size < 8)
      throw new OptionError('E_KEY', `key-file: expected at least ${LEAST_KEY_BYTES} bytes by chance, got ${key.length}; head -c 32 /dev/urandom makes one`);
    return key;
  } catch (cause) {
    if (cause instanceof OptionError) throw cause;
    throw new OptionError('E_KEY', `key-file: expected a file to read, got ${(cause as NodeJS.ErrnoException).code ?? 'an error'}`, { cause });
  }
}

/** Tells keys apart without telling the key. */
export const keyIdOf = (key: Buffer): string => createHash('sha256').update('copresence key id\0').update(key).digest('hex').slice(0, 16);

/** The pseudonym of each id. Persons and cases share one domain: someone who is both keeps one name. */
export function pseudonymsOf(ids: Iterable<string>, key?: Buffer): Map<string, string> {
  const secret = key ?? randomBytes(LEAST_KEY_BYTES);
  const tagged = [...new Set(ids)].map((id) => ({ id, tag: createHmac('sha256', secret).update('copresence person\0').update(id).digest().subarray(0, 16) }));
  if (key) return new Map(tagged.map(({ id, tag }) => [id, `P-${base32(tag)}`]));
  tagged.sort((a, b) => Buffer.compare(a.tag, b.tag));
  const width = String(tagged.length).length;
  return new Map(tagged.map(({ id }, i) => [id, `P-${String(i + 1).padStart(width, '0')}`]));
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += LETTERS[(held >>> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + LETTERS[(held << (5 - bits)) & 31] : text;
}
