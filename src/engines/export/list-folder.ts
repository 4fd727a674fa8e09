/** The folder that a match wrote: its manifest, and its lists by name. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, OptionError } from '../../core/errors.js';
import { LIST_NAMES, type ListName } from '../../lists/rows.js';
import { ListFile } from './list-file.js';

interface Manifest {
  readonly tool?: unknown;
  readonly options?: { readonly tz?: string | null; readonly raw?: boolean; readonly format?: 'csv' | 'jsonl'; readonly sort?: string };
  readonly rules?: readonly { readonly id: string }[];
  readonly inputs?: readonly { readonly table: string; readonly sha256: string; readonly columns?: Readonly<Record<string, string>> }[];
  readonly counts?: readonly { readonly rule_id: string; readonly cases: number }[];
  readonly outputs?: readonly { readonly name: string; readonly sha256: string }[];
}

export class ListFolder {
  readonly path: string;
  readonly #manifest: Manifest;
  readonly #signal: AbortSignal | undefined;
  readonly #files = new Map<string, ListFile>();

  private constructor(path: string, manifest: Manifest, signal: AbortSignal | undefined) {
    this.path = path;
    this.#manifest = manifest;
    this.#signal = signal;
  }

  /** @throws InputError `E_READ`, `E_LISTS`. */
  static async open(path: string, signal?: AbortSignal): Promise<ListFolder> {
    let text: string;
    try {
      text = await readFile(join(path, 'manifest.json'), 'utf8');
    } catch (cause) {
      const got = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : ((cause as NodeJS.ErrnoException).code ?? 'unknown');
      throw new InputError(
        'E_READ',
        `manifest.json E_READ expected the manifest of a finished match in the folder, got ${got}; give the folder of 'match --out'`,
        { cause },
      );
    }
    try {
      const manifest = JSON.parse(text) as Manifest;
      if (manifest.tool !== 'copresence' || !Array.isArray(manifest.rules) || !Array.isArray(manifest.outputs)) throw new Error('not ours');
      return new ListFolder(path, manifest, signal);
    } catch (cause) {
      throw new InputError('E_LISTS', "manifest.json E_LISTS expected the manifest of a match, got something else; give the folder of 'match --out'", {
        cause,
      });
    }
  }

  /** IANA zone that the times of the lists are shown in; undefined: UTC. */
  get tz(): string | undefined {
    return this.#manifest.options?.tz ?? undefined;
  }
  /** Whether `--sort` put people, contacts and places into another order than that of their ids. */
  get isSorted(): boolean {
    return this.#manifest.options?.sort !== undefined;
  }
  get ruleIds(): readonly string[] {
    return this.#manifest.rules!.map(({ id }) => id);
  }
  /** Whether a case_id may differ from the person_id of the case. */
  get hasOwnCaseIds(): boolean {
    return (this.#manifest.inputs ?? []).some(
      ({ table, columns = {} }) => (table === 'cases' && columns['case_id'] !== undefined) || (table === 'visits' && columns['person_id'] !== undefined),
    );
  }
  /** Cases that a rule was asked about. */
  casesOf(ruleId: string): number | undefined {
    return this.#manifest.counts?.find(({ rule_id }) => rule_id === ruleId)?.cases;
  }
  /** Whether the run read a file with this digest. */
  hasInput(sha256: string): boolean {
    return (this.#manifest.inputs ?? []).some((input) => input.sha256 === sha256);
  }

  /** The lists that there are, in the order of the SPEC. */
  get names(): readonly ListName[] {
    return LIST_NAMES.filter((name) => this.#nameOf(name) !== undefined);
  }
  get paths(): readonly string[] {
    return this.#manifest.outputs!.map(({ name }) => join(this.path, name));
  }
  /** Those that were opened. */
  get opened(): readonly ListFile[] {
    return [...this.#files.values()];
  }

  /** @throws OptionError `E_NO_LIST` if the run did not write the list. */
  list<Name extends ListName>(list: Name): ListFile<Name> {
    const name = this.#nameOf(list);
    if (name === undefined) {
      throw new OptionError(
        'E_NO_LIST',
        `${list}: expected the list in the folder, got none; run match again${list === 'episodes' ? ' without --no-episodes' : ''}`,
      );
    }
    let file = this.#files.get(name);
    if (!file) {
      const { raw = false } = this.#manifest.options ?? {};
      const format = name.endsWith('.jsonl') ? 'jsonl' : 'csv';
      const sha256 = this.#manifest.outputs!.find((output) => output.name === name)?.sha256;
      file = new ListFile({ path: join(this.path, name), list, format, isNeutralised: format === 'csv' && !raw, sha256, signal: this.#signal });
      this.#files.set(name, file);
    }
    return file as ListFile<Name>;
  }

  #nameOf(list: ListName): string | undefined {
    return this.#manifest.outputs!.map(({ name }) => name).find((name) => name === `${list}.csv` || name === `${list}.jsonl`);
  }
}
