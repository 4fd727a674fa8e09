/** Folder names for districts: safe on every file system, different for different districts, and never outside the output folder. */
import { createHash } from 'node:crypto';
import { OptionError } from '../core/errors.js';

export const UNKNOWN_DISTRICT = '_unknown';
/** Bytes of the readable part of a name. */
const NAME_BYTES = 60;
const MOST_DISTRICTS = 2000;

/** The folder of a district: what is harmless of its name, and a hash that tells two alike apart, also where case does not count. */
export function districtFolder(district: string): string {
  if (district === '') return UNKNOWN_DISTRICT;
  let readable = '';
  for (const char of district.normalize('NFC')) {
    if (!/[\p{L}\p{N}]/u.test(char)) continue;
    if (Buffer.byteLength(readable + char) > NAME_BYTES) break;
    readable += char;
  }
  const hash = createHash('sha256').update(district).digest('hex').slice(0, 10);
  return `${readable || 'district'}-${hash}`;
}

/** Folders of districts, each found once. @throws OptionError `E_DISTRICTS` if there are too many, or two would share a folder. */
export class DistrictFolders {
  readonly #folders = new Map<string, string>();

  of(district: string): string {
    let folder = this.#folders.get(district);
    if (folder === undefined) {
      folder = districtFolder(district);
      if (this.#folders.size >= MOST_DISTRICTS)
        throw new OptionError('E_DISTRICTS', `split: expected at most ${MOST_DISTRICTS} districts, got more; check that the district column holds districts`);
      const taken = [...this.#folders.values()].some((other) => other.toLowerCase() === folder!.toLowerCase());
      if (taken) throw new OptionError('E_DISTRICTS', 'split: two districts would share a folder name; rename one of them');
      this.#folders.set(district, folder);
    }
    return folder;
  }

  /** The name map, for the manifest. */
  toJSON(): { district: string; folder: string }[] {
    return [...this.#folders].map(([district, folder]) => ({ district, folder })).sort((a, b) => (a.folder < b.folder ? -1 : 1));
  }
}
