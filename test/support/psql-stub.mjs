#!/usr/bin/env node
// Stands for psql in tests of what goes wrong. STUB says how: refused, old, fails (a statement), killed (in one), gone (with the server, in one), keeps
// (its schema), fine. STUB_LOG is a file: each line that it is told is added there. Once there is a file beside it named `gone`, nobody can connect.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const how = process.env.STUB;
const log = process.env.STUB_LOG;
const end = (words, code) => {
  process.stderr.write(words);
  process.exit(code);
};
if (how === 'refused' || existsSync(`${log}.gone`)) end('psql: error: connection to server at "10.1.2.3" failed: Connection refused\n', 2);
for await (const line of createInterface({ input: process.stdin })) {
  appendFileSync(log, `${line}\n`);
  if (line === "select E'\\\\end';") process.stdout.write('\\end\n');
  if (line === 'show server_version;') process.stdout.write(how === 'old' ? '11.22\n' : '15.18 (Debian)\n');
  if (line.startsWith('create table')) {
    if (how === 'fails') end('ERROR:  42P01\n', 3);
    if (how === 'killed') process.kill(process.pid, 'SIGKILL');
    if (how === 'gone') {
      writeFileSync(`${log}.gone`, '');
      end('FATAL:  57P01\nserver closed the connection unexpectedly\n', 2);
    }
  }
  if (line.startsWith('drop schema') && how === 'keeps') end('ERROR:  55P03\n', 3);
}
