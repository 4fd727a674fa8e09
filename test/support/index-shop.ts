/** An index on disk in a folder of its own, and what a match with it says: for tests of what may befall it. */
import { cpSync, readFileSync, readdirSync, rmSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { Lists, runCli, type CliRun } from './run-cli.js';
import { TempFolder } from './temp-folder.js';

const HEAD = 'person_id,place_id,time\n';

/** Check-ins of `people` people, `each` a day on `days` days from 1 March 2022 on, at one place in seven. */
export function checkIns(days: number, people: number, each: number, from = 0): string {
  const rows: string[] = [];
  for (let day = from; day < from + days; day++) {
    for (let person = 0; person < people; person++) {
      for (let i = 0; i < each; i++) rows.push(`P${person},S${(person + day + i) % 7},${1_646_092_800 + day * 86_400 + (i * 23 + (person % 50)) * 600}\n`);
    }
  }
  return HEAD + rows.join('');
}

export const CASES = 'person_id\nP0\nP3\n';

export class IndexShop {
  readonly folder: TempFolder = new TempFolder();
  readonly path: string;
  #matches = 0;

  constructor(path?: string) {
    this.path = path ?? this.folder.at('index');
  }
  index(name: string, content: string | null, flags: readonly string[] = []): Promise<CliRun> {
    if (content !== null) this.folder.write(name, content);
    return runCli(['index', this.folder.at(name), '-o', this.path, '--tz', 'UTC', '--quiet', ...flags]);
  }
  async mustIndex(name: string, content: string | null, flags: readonly string[] = []): Promise<void> {
    const { code, err } = await this.index(name, content, flags);
    if (code !== 0) throw new Error(`index ended with ${code}: ${err}`);
  }
  /** What a match says: its lists as bytes, or how it was refused. */
  async answer(path: string = this.path): Promise<Record<string, string> | CliRun> {
    const out = this.folder.at(`lists-${++this.#matches}`);
    const run = await runCli(['match', '--index', path, '--cases', this.folder.write('cases.csv', CASES), '--window', 'all', '--out', out, '--quiet']);
    if (run.code !== 0) return run;
    const { bytes } = new Lists(out);
    rmSync(out, { recursive: true });
    return bytes;
  }
  /** Names in the folder of the index, sorted. What a process removes from it meanwhile is not seen. */
  get names(): string[] {
    const inside = (folder: string): string[] => {
      let entries: Dirent[];
      try {
        entries = readdirSync(join(this.path, folder), { withFileTypes: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
      return entries.flatMap((entry) => {
        const name = join(folder, entry.name);
        return entry.isDirectory() ? [name, ...inside(name)] : [name];
      });
    };
    return inside('.').sort();
  }
  /** Files of the index, as bytes; folders as null. */
  get bytes(): Record<string, Buffer | null> {
    return Object.fromEntries(this.names.map((name) => [name, statSync(join(this.path, name)).isFile() ? readFileSync(join(this.path, name)) : null]));
  }
  /** Puts a copy in the place of the index. */
  restore(from: string): void {
    rmSync(this.path, { recursive: true, force: true });
    cpSync(from, this.path, { recursive: true });
  }
}
