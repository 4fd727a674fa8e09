#!/usr/bin/env node
// Stands for spark-sql in tests of what goes wrong. STUB says how: no-java, old, apart (workers write elsewhere), fails (on a table), dies (on a table).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const how = process.env.STUB;
if (how === 'no-java') {
  process.stderr.write('JAVA_HOME is not set\n');
  process.exit(1);
}
const say = (text) => process.stdout.write(`${text}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  say(`spark-sql (default)> ${line}`);
  const asked = /^set (copresence\.asked\.\d+);$/.exec(line);
  if (asked) say(`${asked[1]}\t<undefined>`);
  if (!line.startsWith('source ')) continue;
  const text = readFileSync(line.slice(7, -1), 'utf8');
  const done = /set (copresence\.done\.\d+);/.exec(text)[1];
  const out = /insert overwrite directory '([^']+)'/.exec(text)?.[1];
  if (out) {
    const folder = out.replaceAll(/\\u([0-9a-f]{4})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))).replace('file://', '');
    mkdirSync(folder, { recursive: true });
    const rows = text.includes('version()') ? [how === 'old' ? '3.1.2 abc' : '3.5.5 abc'] : how === 'apart' ? [0, 1, 2, 3] : [0, 1, 2, 3, 4, 5, 6, 7];
    writeFileSync(join(folder, 'part-0'), rows.map((c0) => `${JSON.stringify({ c0 })}\n`).join(''));
    writeFileSync(join(folder, '_SUCCESS'), '');
  }
  if (/create table/.test(text)) {
    process.stderr.write('[TABLE_OR_VIEW_NOT_FOUND] The table or view `x` cannot be found, nor P0192. SQLSTATE: 42P01\n');
    if (how === 'dies') process.exit(137);
    continue;
  }
  say(`${done}\t<undefined>`);
}
