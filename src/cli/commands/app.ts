/** `copresence app`: the page that needs no server, written to a file. */
import type { Command as Program } from 'commander';
import { appFile, type AppFileOptions } from '../../report/app-file.js';
import { EXIT, type Command, type Io } from '../io.js';
import { count } from '../text-table.js';

interface AppFlags extends AppFileOptions {
  readonly quiet?: true;
}

export function addAppCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  program
    .command('app')
    .summary('one page, in one file, that matches files in a browser')
    .description(
      'Writes a page that matches CSV files in a browser, shows what was found and saves the lists. It works from a disk without a network:\nno file leaves the tab. The lists are those of match, byte for byte.',
    )
    .requiredOption('-o, --out <file>', 'file for the page')
    .option('--force', 'replace an earlier page')
    .option('--quiet', 'say nothing')
    .addHelpText('before', 'Example:\n  copresence app -o app.html\n')
    .action((flags: AppFlags) => run(appCommand, flags));
}

async function appCommand({ quiet, ...options }: AppFlags, io: Io): Promise<number> {
  const { out, bytes } = await appFile(options);
  if (!quiet) io.out(`${out} (${count(Math.ceil(bytes / 1000))} kB): open it in a browser; it needs no network\n`);
  return EXIT.done;
}
