/** A page in one file: nothing is loaded, and nothing but its own script and style may run. The data is text that the script unpacks. */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { PageBundle } from './page-bundle.js';
import type { PageData } from './page-data.js';

/** How a report begins: what `--force` may replace. */
export const REPORT_HEAD = '<!doctype html>\n<!-- copresence report -->';

/** The pieces of the file, in order. The same data gives the same bytes. `level`: how hard the data is packed: 9 takes five times as long as 7 for one per cent less. */
export function* pageHtml(data: PageData, bundle: PageBundle, level: number = 7): Generator<string> {
  const { PAGE_SCRIPT, PAGE_STYLE } = bundle;
  yield `${REPORT_HEAD}
<html lang="${data.lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(bundle)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>copresence</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<noscript>This report needs JavaScript; it loads nothing and sends nothing. 本报告需要 JavaScript，不加载也不发送任何内容。</noscript>
<div id="page"></div>
<script type="application/octet-stream" id="data">`;
  yield deflateSync(JSON.stringify(data), { level }).toString('base64');
  yield `</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/** What the page may do: run its own script and style, and nothing else. */
export const pagePolicy = ({ PAGE_SCRIPT, PAGE_STYLE }: PageBundle): string =>
  `default-src 'none'; script-src '${digestOf(PAGE_SCRIPT)}'; style-src '${digestOf(PAGE_STYLE)}'; base-uri 'none'; form-action 'none'`;

export const digestOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
