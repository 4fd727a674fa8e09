/** Two matches in a folder of their own, and what `copresence diff` says of them. */
import { rmSync } from 'node:fs';
import { csvRows } from './csv.js';
import { Lists, runCli, type CliRun } from './run-cli.js';
import { TempFolder } from './temp-folder.js';

export const HEAD: string = 'person_id,place_id,time\n';
export const FIRST: string = `${HEAD}ada,hall,2022-03-01 08:00\nbob,hall,2022-03-01 08:01\neve,hall,2022-03-01 08:20\nzoe,hall,2022-03-01 08:02\nada,cafe,2022-03-03 12:00\nkim,cafe,2022-03-03 12:01\n`;
const SECOND = `${HEAD}ada,hall,2022-03-04 09:00\nlou,hall,2022-03-04 09:01\n`;
const PLACES = 'place_id,district\nhall,North\ncafe,\n';
export const BOTH_CASES: string = 'person_id,onset_date\nada,2022-03-03\nzoe,2022-03-03\n';

interface MatchAsked {
  readonly checkIns?: readonly string[];
  readonly cases?: string;
  readonly flags?: readonly string[];
}

/** A folder in which matches are made and compared. */
export class DiffBench {
  readonly folder: TempFolder = new TempFolder();

  constructor() {
    this.folder.write('day1.csv', FIRST);
    this.folder.write('day2.csv', SECOND);
    this.folder.write('places.csv', PLACES);
    this.folder.write('cases.csv', BOTH_CASES);
  }

  async match(out: string, { checkIns = ['day1.csv'], cases = 'cases.csv', flags = [] }: MatchAsked = {}): Promise<string> {
    const files = ['--checkins', ...checkIns.map((name) => this.folder.at(name)), '--places', this.folder.at('places.csv'), '--cases', this.folder.at(cases)];
    const run = await runCli(['match', ...files, '--tz', 'UTC', '--quiet', '--out', this.folder.at(out), ...flags]);
    if (run.code !== 0) throw new Error(run.err);
    return this.folder.at(out);
  }

  async diff(before: string, after: string, flags: readonly string[] = []): Promise<CliRun & { lists: Lists; rows: (name: string) => string[][] }> {
    const out = this.folder.at('changes');
    rmSync(out, { recursive: true, force: true });
    const run = await runCli(['diff', this.folder.at(before), this.folder.at(after), '--out', out, ...flags]);
    const lists = new Lists(out);
    const pick = (row: Record<string, string>): string[] =>
      ['change', 'case_id', 'contact_id', 'place_id', 'old_grade', 'new_grade', 'districts', 'district', 'why']
        .map((name) => row[name]!)
        .filter((cell) => cell !== undefined);
    return { ...run, lists, rows: (name) => csvRows(lists.text(`${name}_diff.csv`)).map(pick) };
  }
}
