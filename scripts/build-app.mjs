// Makes dist/report/app.html, the page that needs no server: src/report/app for the page, src/report/tab for its worker. Part of `npm run build`.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { APP_NOTICE, at, fail, inScript, scriptOf, styleOf } from './bundle.mjs';

const MOST_BYTES = 400_000;
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
const digestOf = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

const script = inScript(`${APP_NOTICE}\n${await scriptOf('src/report/app/main.ts')}`);
const style = styleOf('src/report/page/style.css', 'src/report/app/style.css');
// The worker's code is data here: the page unpacks it and starts it from a blob.
const worker = deflateSync(await scriptOf('src/report/tab/worker.ts', { COPRESENCE_VERSION: JSON.stringify(version) }), { level: 9 }).toString('base64');
const policy = `default-src 'none'; script-src '${digestOf(script)}'; style-src '${digestOf(style)}'; worker-src blob:; base-uri 'none'; form-action 'none'`;
const html = `<!doctype html>
<!-- copresence app ${version} -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>copresence</title>
<style>${style}</style>
</head>
<body>
<noscript>This page needs JavaScript; it loads nothing and sends nothing. 本页需要 JavaScript，不加载也不发送任何内容。</noscript>
<div id="page"></div>
<script type="application/octet-stream" id="worker">${worker}</script>
<script>${script}</script>
</body>
</html>
`;
const bytes = Buffer.byteLength(html);
if (bytes > MOST_BYTES) fail(`app.html has ${bytes} bytes, allowed are ${MOST_BYTES}`);
writeFileSync(at('dist/report/app.html'), html);
console.log(`dist/report/app.html: ${bytes} bytes`);
