#!/usr/bin/env node
import { existsSync } from 'node:fs';
const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) await (await import(main.href)).main();
else {
  process.stderr.write('copresence: not built yet: run npm start, npm test or npm run build once\n');
  process.exitCode = 2;
}
