/** What a report page holds, taken out of its file by a way of its own. */
import { inflateSync } from 'node:zlib';
import type { PageData, PageList } from '../../src/report/page-data.js';

export function pageData(html: string): PageData {
  const base64 = /<script type="application\/octet-stream" id="data">([^<]*)<\/script>/.exec(html)![1]!;
  return JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString('utf8')) as PageData;
}

/** A column's cells: texts as such, numbers as numbers, times as ISO in UTC, '' where empty, '<' where held back. */
export function column(data: PageData, list: PageList, name: string): (string | number)[] {
  const { count, columns } = data.lists[list];
  const values = columns[name] ?? Array.from({ length: count }, () => -1);
  const isText = /(_id|_name|grade|kind|method|reasons|flags|rows|district|plate|_stop)$/.test(name);
  return values.map((value) => {
    if (value === -1) return '';
    if (value === -2) return '<';
    if (isText) return data.texts[value]!;
    return value > 900_000_000 ? new Date(value * 1000).toISOString() : value;
  });
}
