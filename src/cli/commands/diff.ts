/** `copresence diff`: what a later match lists differently. */
import type { Command as Program } from 'commander';
import { diffFiles, type DiffOptions, type DiffReport } from '../../engines/files/diff-files.js';
import type { RunChange } from '../../lists/diff/facts.js';
import { DIFF_LISTS, type ChangeCounts } from '../../lists/diff/rows.js';
import { EXIT, type Command, type Io } from '../io.js';
import { ProgressLine } from '../progress.js';
import { count, printable, textTable } from '../text-table.js';

interface DiffFlags extends DiffOptions {
  readonly exitCode?: true;
  readonly quiet?: true;
  readonly json?: true;
}

export function addDiffCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  program
    .command('diff')
    .argument('<old>', "folder that an earlier 'copresence match --out' wrote")
    .argument('<new>', 'folder of the later one')
    .summary('what changed between two matches, and why')
    .description(
      'Compares the lists of two matches: people, places and contacts that were added, removed, graded otherwise or changed in another cell, district by\ndistrict, each with its causes as far as lists and manifests tell them. Lists are held against the digests in the manifests first.',
    )
    .option('-o, --out <dir>', 'folder for people_diff, places_diff and contacts_diff; without it they are only counted')
    .option('--format <csv|jsonl>', 'format of these lists (default: csv)')
    .option('--excel', 'CSV with CRLF and a byte order mark')
    .option('--raw', 'do not neutralise cells that a spreadsheet takes for formulas')
    .option('--force', 'replace the lists of an earlier diff')
    .option('--exit-code', 'exit with 4 if anything differs')
    .option('--quiet', 'no progress and no summary')
    .option('--json', 'the summary as JSON')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', NOTES)
    .action((old: string, later: string, flags: Omit<DiffFlags, 'old' | 'new'>) => run(diffCommand, { ...flags, old, new: later }));
}

const EXAMPLES = `Examples:
  copresence diff lists-monday lists-tuesday
  copresence diff lists-monday lists-tuesday --out changes --json
`;

const NOTES = `
Exit codes: 0 done, also when nothing differs; 2 usage; 3 a folder that no finished match wrote, or a list that is not what its manifest says;
  4 something differs (--exit-code); 74 cannot write; 130 interrupted; 1 a fault of ours.
`;

export async function diffCommand({ exitCode, quiet, json, ...options }: DiffFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, quiet ?? false);
  try {
    const report = await diffFiles(options, { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    if (json) io.out(`${JSON.stringify(report, null, 1)}\n`);
    else if (!quiet) io.out(summary(report));
    return exitCode && !report.is_empty ? EXIT.noContact : EXIT.done;
  } finally {
    progress.clear();
  }
}

function summary({ is_empty: isEmpty, changes, counts, districts, outputs, out }: DiffReport): string {
  const row = ({ added, removed, regraded, changed }: ChangeCounts): number[] => [added, removed, regraded, changed];
  const parts: string[] = [];
  if (changes.length > 0) parts.push(textTable(['what the runs say differently', '', ''], changes.map(changeRow)));
  parts.push(
    textTable(
      ['list', 'added', 'removed', 'regraded', 'changed'],
      DIFF_LISTS.map((list) => [list, ...row(counts[list])]),
    ),
  );
  if (districts.length > 0) {
    parts.push(
      textTable(
        ['district', 'people added', 'removed', 'regraded', 'changed', 'places added', 'removed', 'changed'],
        districts.map(({ district, people, places }) => [
          district === null ? '(not known without episodes)' : district || '_unknown',
          ...row(people),
          places.added,
          places.removed,
          places.changed,
        ]),
      ),
    );
  }
  if (isEmpty) parts.push('nothing differs: the same people, places and contacts');
  if (out !== null) parts.push(`${outputs.map(({ name, rows }) => `${name} (${count(rows)})`).join(', ')}\nlists in ${printable(out, 2000)}`);
  return `${parts.join('\n\n')}\n`;
}

function changeRow({ what, table, name, change, old, new: now }: RunChange): string[] {
  const values = old === null && now === null ? '' : `${printable(old ?? 'none')} → ${printable(now ?? 'none')}`;
  return [what === 'input' ? `${table} ${printable(name)}` : what === 'version' ? 'version' : `${what} ${printable(name)}`, change, values];
}
