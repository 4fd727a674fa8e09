/** `copresence serve`: questions to an index in a browser at this machine. */
import type { Command as Program } from 'commander';
import { loadRule } from '../../engines/inputs/json-files.js';
import { serve, type ServeOptions } from '../../report/serve/serve.js';
import { EXIT, type Command, type Io } from '../io.js';
import { several, wholeNumber } from '../input-options.js';
import { count } from '../text-table.js';

interface ServeFlags extends Omit<ServeOptions, 'rules'> {
  readonly rule?: readonly string[];
  readonly quiet?: true;
}

export function addServeCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  program
    .command('serve')
    .summary('ask an index in a browser at this machine')
    .description(
      'Opens an index once and prints a link: a page on which to paste cases and choose a rule; the answer is the page of copresence report.\nOnly this machine can reach it. The link works once, in one browser; Ctrl-C ends it.',
    )
    .argument('[dir]', 'folder that match wrote, to show instead')
    .option('--index <dir>', "index that 'copresence index' made")
    .option('--port <n>', 'port of 127.0.0.1 (default: one that is free)', wholeNumber)
    .option('--rule <id|file>', 'rule to choose besides the built-in ones, repeatable', several)
    .option('--tz <zone>', 'IANA zone of the cases (default: that of the index)')
    .option('--max-rejects <n|p%>', 'rows of the cases that may be rejected (default: 0.1%)')
    .option('--max-rows <n>', 'rows of a list that the page holds at most, the surest first (default: 100,000)', wholeNumber)
    .option('--lang <en|zh>', 'language of the pages (default: en)')
    .option('--quiet', 'print the link alone')
    .addHelpText(
      'before',
      'Examples:\n  copresence serve --index week.cpx\n  copresence serve --index week.cpx --rule mine.json --lang zh --port 8080\n  copresence serve lists\n',
    )
    .action((folder: string | undefined, flags: ServeFlags) => run(serveCommand, { ...flags, ...(folder !== undefined && { folder }) }));
}

export async function serveCommand({ rule, quiet, ...options }: ServeFlags, io: Io): Promise<number> {
  const say = (text: string): void => {
    if (!quiet) io.err(text);
  };
  await serve(
    { ...options, ...(rule && { rules: rule.map(loadRule) }) },
    {
      signal: io.signal,
      onLink: (link) => {
        io.out(`${link}\n`);
        say('Open the link in a browser at this machine; it works once. Ctrl-C ends.\n');
      },
      onAnswer: ({ cases, people, bytes }) => say(`${count(cases)} cases: ${count(people)} co-present people (page of ${count(Math.ceil(bytes / 1000))} kB)\n`),
      onFault: (error) => io.err(`copresence: this is a fault of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
    },
  );
  say('ended\n');
  return io.signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
}
