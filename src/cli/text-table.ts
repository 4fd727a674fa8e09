/** Plain tables for a terminal: aligned by the width that characters have there. */
import { visible } from '../core/visible.js';

/** A whole number with thin groups of three: `1,405,220`. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** A text from a file as a terminal may have it, cut to a width. */
export function printable(text: string, most = 40): string {
  const safe = visible(text);
  if (widthOf(safe) <= most) return safe;
  let cut = '';
  for (const char of safe) {
    if (widthOf(cut + char) > most - 1) break;
    cut += char;
  }
  return `${cut}…`;
}

/** Rows under a head, columns two spaces apart; numbers to the right. */
export function textTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  // The last column has room: what it says is not cut.
  const cells = rows.map((row) => row.map((cell, i) => (typeof cell === 'number' ? count(cell) : printable(cell, i === head.length - 1 ? 200 : 40))));
  const widths = head.map((title, i) => Math.max(widthOf(title), ...cells.map((row) => widthOf(row[i] ?? ''))));
  const isNumber = head.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number'));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (isNumber[i] ? ' '.repeat(widths[i]! - widthOf(cell)) + cell : cell + ' '.repeat(widths[i]! - widthOf(cell))))
      .join('  ')
      .trimEnd();
  return [line(head), ...cells.map(line)].join('\n');
}

/** Columns that a text takes: East Asian wide characters take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\u{1f300}-\u{1f64f}]/u.test(char)
      ? 2
      : /\p{Mn}/u.test(char)
        ? 0
        : 1;
  return width;
}

/** A path as a word of a shell's command line. */
export const quotedForShell = (path: string): string => (/^[\w./@%+:-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
