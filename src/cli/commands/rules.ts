/** `copresence rules [ID]`: the built-in rules, or one of them as JSON to start an own one from. */
import type { Command as Program } from 'commander';
import { RULE_IDS, findRule } from '../../rules/find-rule.js';
import { EXIT, type Command, type Io } from '../io.js';
import { textTable } from '../text-table.js';

interface RulesFlags {
  readonly id?: string;
}

export function addRulesCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  program
    .command('rules')
    .argument('[id]', 'a rule to print as JSON')
    .summary('list the built-in rules, or print one as JSON')
    .addHelpText('before', 'Examples:\n  copresence rules\n  copresence rules cn-close-2022 > my-rule.json\n')
    .action((id: string | undefined) => run(rulesCommand, id === undefined ? {} : { id }));
}

export async function rulesCommand({ id }: RulesFlags, io: Io): Promise<number> {
  if (id !== undefined) io.out(`${JSON.stringify(findRule(id), null, 2)}\n`);
  else {
    const rows = RULE_IDS.map(findRule).map((rule) => [
      rule.id,
      rule.title ?? '',
      `${rule.window?.days_before ?? 2} d before, ${rule.window?.days_after ?? 10} d after`,
      rule.scope ?? 'place',
    ]);
    io.out(`${textTable(['rule', 'what it is', 'window', 'scope'], rows)}\n`);
  }
  return EXIT.done;
}
