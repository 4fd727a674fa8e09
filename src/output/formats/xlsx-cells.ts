/** Cells of a sheet as XML: text is always text, never a formula and never guessed to be a number or a date. */
import type { Cell } from '../../lists/formats/table.js';

/** Characters (UTF-16 units) that a cell of a workbook can hold. */
export const CELL_CHARS = 32_767;
/** Style of text cells: a spreadsheet then keeps text as text also when it is edited. */
const TEXT_STYLE = 1;
/** Larger numbers lose digits in a spreadsheet. */
const LARGEST_NUMBER = 999_999_999_999_999;

/** What an XML file cannot hold, or would change: written as `_x001F_`, which spreadsheets read back. A text that reads like such an escape is escaped itself. */
// eslint-disable-next-line no-control-regex
const ESCAPED = /[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|_(?=x[0-9A-Fa-f]{4}_)/g;
const escaped = (char: string): string => `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const cellText = (text: string): string => text.replaceAll(ESCAPED, escaped).replaceAll(/[&<>]/g, (char) => ENTITIES[char]!);

/** Characters of a cell as it is stored, with its escapes. */
export function storedLength(text: string): number {
  if (text.length <= CELL_CHARS / 7) return text.length; // even if all were escaped
  return text.replaceAll(ESCAPED, escaped).length;
}

/** Parts that each fit into a cell, cut between characters. */
export function* cellParts(text: string): Generator<string> {
  let part = '';
  let length = 0;
  for (const char of text) {
    const more = ESCAPED.test(char) ? 7 : char.length;
    ESCAPED.lastIndex = 0;
    // The start of something like an escape may be escaped where it stands: room is kept for it.
    const room = char === '_' ? 7 : more;
    if (length + room > CELL_CHARS) {
      yield part;
      part = '';
      length = 0;
    }
    part += char;
    length += room;
  }
  yield part;
}

/** Names of columns: A … Z, AA … */
export function columnName(index: number): string {
  let name = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}

/** A row of a sheet; `names` are those of its columns. Empty cells are left out. */
export function sheetRow(number: number, cells: readonly Cell[], names: readonly string[]): string {
  let xml = `<row r="${number}">`;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!;
    if (cell === null || cell === '') continue;
    if (typeof cell === 'number' && Math.abs(cell) <= LARGEST_NUMBER) xml += `<c r="${names[i]}${number}"><v>${cell}</v></c>`;
    else xml += `<c r="${names[i]}${number}" s="${TEXT_STYLE}" t="inlineStr"><is><t xml:space="preserve">${cellText(String(cell))}</t></is></c>`;
  }
  return `${xml}</row>\n`;
}
