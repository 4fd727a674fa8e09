// Writes the public surface of every entry of package.json `exports` to api/*.api.md, from the built declarations.
// node scripts/api-report.mjs [--check]     --check writes nothing and fails if a kept report differs
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const isCheck = process.argv.includes('--check');
const { name, exports: entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

mkdirSync(join(root, 'api'), { recursive: true });
const wanted = new Set();
let failed = 0;
for (const [path, { types }] of Object.entries(entries)) {
  if (types === undefined) continue; // ./package.json
  const file = `${name}${path.slice(1).replaceAll('/', '-')}.api.md`;
  wanted.add(file);
  if (!existsSync(join(root, types))) {
    console.error(`${types} is missing: run \`npm run build\` first`);
    failed++;
    continue;
  }
  const { errorCount, apiReportChanged: isChanged } = writeReport(join(root, types), file);
  if (errorCount > 0 || (isCheck && isChanged)) failed++;
  const outcome = !isChanged ? 'as kept' : isCheck ? 'DIFFERS from the kept report: see temp/, and run `npm run api` if the change is meant' : 'written';
  console.log(`api/${file}: ${outcome}`);
  if (isCheck && isChanged && existsSync(join(root, 'api', file)))
    spawnSync('git', ['--no-pager', 'diff', '--no-index', '--', `api/${file}`, `temp/${file}`], { cwd: root, stdio: 'inherit' });
}
for (const file of readdirSync(join(root, 'api'))) {
  if (!file.endsWith('.api.md') || wanted.has(file)) continue;
  console.error(`api/${file}: no entry of package.json has this report; delete it`);
  failed++;
}
process.exitCode = failed > 0 ? 1 : 0;

/** One report. The extractor brings a TypeScript of its own and reads only the emitted `.d.ts`. */
function writeReport(entry, file) {
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(root, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: entry,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(root, 'tsconfig.json') },
      apiReport: { enabled: true, includeForgottenExports: true, reportFileName: file, reportFolder: join(root, 'api'), reportTempFolder: join(root, 'temp') },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        // A type that the surface uses and the entry does not export stands in the report with its shape, where a reviewer sees it.
        extractorMessageReporting: { default: { logLevel: 'warning', addToApiReportFile: true }, 'ae-missing-release-tag': { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
  return Extractor.invoke(config, {
    localBuild: !isCheck,
    messageCallback: (message) => {
      const isAdvice = message.logLevel === 'warning' || message.logLevel === 'info' || message.logLevel === 'verbose';
      if (isAdvice) message.handled = true; // said above in one line
    },
  });
}
