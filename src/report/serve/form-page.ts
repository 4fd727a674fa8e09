/** The page that asks for cases, and the one that says why there is no answer. No script; every text from elsewhere is escaped. */
import type { RuleJson } from '../../model/rule.js';
import { visible } from '../../core/visible.js';
import { digestOf } from '../page-html.js';

export interface FormOptions {
  readonly lang: 'en' | 'zh';
  readonly rules: readonly RuleJson[];
  /** What the index is called and holds. */
  readonly about: string;
  /** Why the last question had no answer. */
  readonly error?: string;
  /** What was asked, so that it need not be chosen again. */
  readonly rule?: string;
  readonly window?: string;
  readonly pasted?: string;
}

const WORDS = {
  title: ['Who was where a case was?', '谁与病例同时空？'],
  cases: ['Cases, pasted: headers in the first line', '粘贴病例：首行为表头'],
  hint: [
    'Columns: person_id, and onset_date, sample_date or report_date; also infectious_from, infectious_to. As CSV, or as copied from a spreadsheet.',
    '列：人员ID，以及 onset_date、sample_date 或 report_date；也可有 infectious_from、infectious_to。CSV，或直接从表格复制。',
  ],
  file: ['… or a file of cases (CSV or Parquet, plain or gzip)', '……或病例文件（CSV 或 Parquet，可为 gzip）'],
  encoding: ['Encoding of the file', '文件编码'],
  rule: ['Rule', '规则'],
  window: ['When cases count', '计入的时段'],
  dated: ["in the rule's days around their dates", '按规则，其日期前后的天数内'],
  all: ['always, also without dates', '始终，无日期也计入'],
  ask: ['Find who was there', '查找同时空人员'],
  failed: ['No answer', '没有结果'],
  note: [
    'All of it stays on this machine. The answer is the page that copresence report makes: save it from the browser to keep it. Co-present means: at one place at one time, as far as scans show it. It is a reason to ask, not a finding.',
    '一切均留在本机。结果与 copresence report 生成的页面相同：如需保留，请在浏览器中另存。“同时空”指在扫码记录所及范围内，同一时间处于同一场所。这是询问的理由，不是结论。',
  ],
} as const;

const STYLE = `:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#56606b;--accent:#0b5cad;--warn:#fff5e0;--warn-line:#d9a520}
@media (prefers-color-scheme:dark){:root{--bg:#14181d;--fg:#e8ecf1;--dim:#a9b4c0;--accent:#7dbcff;--warn:#2e2611;--warn-line:#a67c1a}}
body{margin:0 auto;max-width:760px;padding:24px 20px 60px;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
h1{font-size:24px;margin:0 0 4px}
.dim{color:var(--dim)}
label{display:block;font-weight:600;margin:18px 0 4px}
textarea,select,input,button{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--dim);border-radius:6px;padding:6px 10px;width:100%;box-sizing:border-box}
textarea{font-family:ui-monospace,Consolas,monospace;font-size:13px;height:180px}
button{margin-top:22px;cursor:pointer;color:var(--bg);background:var(--accent);border-color:var(--accent);font-weight:600}
.error{background:var(--warn);border:1px solid var(--warn-line);border-radius:8px;padding:10px 14px;white-space:pre-wrap;overflow-wrap:anywhere}
.error h2{font-size:16px;margin:0 0 4px}`;

/** What these pages may do: wear their own style and send their form here. */
export const FORM_POLICY: string = `default-src 'none'; style-src '${digestOf(STYLE)}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

export function formPage({ lang, rules, about, error, rule = 'any', window = 'dated', pasted = '' }: FormOptions): string {
  const t = (word: keyof typeof WORDS): string => escaped(WORDS[word][lang === 'zh' ? 1 : 0]);
  const choices = (all: readonly (readonly [string, string])[], chosen: string): string =>
    all.map(([value, text]) => `<option value="${escaped(value)}"${value === chosen ? ' selected' : ''}>${escaped(text)}</option>`).join('');
  return document(
    lang,
    t('title'),
    `<h1>${t('title')}</h1>
<p class="dim">${escaped(about)}</p>
${error === undefined ? '' : `<div class="error" role="alert"><h2>${t('failed')}</h2>${escaped(error)}</div>`}
<form method="post" action="match" enctype="multipart/form-data">
<label for="cases">${t('cases')}</label>
<textarea id="cases" name="cases" spellcheck="false" autocomplete="off" aria-describedby="hint" placeholder="person_id,onset_date&#10;P0192,2022-03-09">
${withEntities(pasted)}</textarea>
<small id="hint" class="dim">${t('hint')}</small>
<label for="file">${t('file')}</label>
<input id="file" name="file" type="file">
<label for="encoding">${t('encoding')}</label>
<select id="encoding" name="encoding">${choices(
      ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'].map((name) => [name, name] as const),
      'utf-8',
    )}</select>
<label for="rule">${t('rule')}</label>
<select id="rule" name="rule">${choices(
      rules.map(({ id, title }) => [id, title ? `${id}: ${title}` : id] as const),
      rule,
    )}</select>
<label for="window">${t('window')}</label>
<select id="window" name="window">${choices(
      (['dated', 'all'] as const).map((name) => [name, WORDS[name][lang === 'zh' ? 1 : 0]] as const),
      window,
    )}</select>
<button>${t('ask')}</button>
</form>
<p class="dim">${t('note')}</p>`,
  );
}

/** A page with one sentence, for whoever may not ask or asked for what is not there. */
export const refusalPage = (why: string): string => document('en', 'copresence', `<p>${escaped(why)}</p>`);

const document = (lang: string, title: string, body: string): string => `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const withEntities = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!);

/** Marks that turn or hide text are spelled out, line ends kept. */
const escaped = (text: string): string =>
  text
    .split('\n')
    .map((line) => withEntities(visible(line)))
    .join('\n');
