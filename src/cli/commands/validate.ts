import type { Command as Program } from 'commander';
import type { Command } from '../io.js';
export function addValidateCommand(_program: Program, _run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {}
