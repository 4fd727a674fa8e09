/** The command line: arguments → a command → an exit code. */
import { Command as Program, CommanderError } from 'commander';
import { CopresenceError, EngineError, InputError, OptionError, StateError } from '../core/errors.js';
import { VERSION } from '../output/version.js';
import { addAppCommand } from './commands/app.js';
import { addCompanionsCommand } from './commands/companions.js';
import { addCoverageCommand } from './commands/coverage.js';
import { addExplainCommand } from './commands/explain.js';
import { addExportCommand } from './commands/export.js';
import { addDiffCommand } from './commands/diff.js';
import { addIndexCommands } from './commands/index.js';
import { addMatchCommand } from './commands/match.js';
import { addNetworkCommand } from './commands/network.js';
import { addReportCommand } from './commands/report.js';
import { addRulesCommand } from './commands/rules.js';
import { addRunsCommand } from './commands/runs.js';
import { addServeCommand } from './commands/serve.js';
import { addSimulateCommand } from './commands/simulate.js';
import { addSourcesCommand } from './commands/sources.js';
import { addSqlCommand } from './commands/sql.js';
import { addValidateCommand } from './commands/validate.js';
import { addWatchCommand } from './commands/watch.js';
import { EXIT, type Command, type Io } from './io.js';
import { printable } from './text-table.js';

/** Runs one command line. Never throws and never exits: returns the code. */
export async function runProgram(args: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  const run = async <Flags>(command: Command<Flags>, flags: Flags): Promise<void> => {
    code = await command(flags, io);
  };
  const program = new Program('copresence')
    .description('Finds who was where a case was, when, for how long, and how sure that is.')
    .version(VERSION)
    .showHelpAfterError('(copresence --help or copresence COMMAND --help tells more)')
    .addHelpText(
      'before',
      'Examples:\n  copresence validate scans.csv\n  copresence match --checkins scans.csv --cases cases.csv --tz Asia/Shanghai --out lists\n  copresence rules\n',
    )
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  addMatchCommand(program, run);
  addExplainCommand(program, run);
  addIndexCommands(program, run);
  addExportCommand(program, run);
  addNetworkCommand(program, run);
  addSourcesCommand(program, run);
  addCompanionsCommand(program, run);
  addCoverageCommand(program, run);
  addValidateCommand(program, run);
  addReportCommand(program, run);
  addAppCommand(program, run);
  addServeCommand(program, run);
  addRulesCommand(program, run);
  addRunsCommand(program, run);
  addDiffCommand(program, run);
  addSimulateCommand(program, run);
  addWatchCommand(program, run);
  addSqlCommand(program, run);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, io);
  }
}

function explain(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (io.signal.aborted) {
    io.err('interrupted: nothing was written\n');
    return io.signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  }
  if (error instanceof CopresenceError) {
    io.err(
      `copresence: ${error.message
        .split('\n')
        .map((line) => printable(line, 2000))
        .join('\n')}\n`,
    );
    return exitCodeOf(error);
  }
  io.err(`copresence: this is a fault of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.bug;
}

const STATE_EXITS: Readonly<Record<string, number>> = { E_LIMIT: EXIT.refused, E_LOCKED: EXIT.locked, E_WORKER: EXIT.bug };

function exitCodeOf(error: CopresenceError): number {
  if (error instanceof OptionError) return EXIT.usage;
  if (error instanceof InputError) return EXIT.input;
  if (error instanceof StateError) return STATE_EXITS[error.code] ?? EXIT.cannotWrite;
  return error instanceof EngineError ? EXIT.usage : EXIT.bug;
}
