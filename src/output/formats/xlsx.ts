/**
 * Lists as an Excel workbook (ISO/IEC 29500): a sheet for each list, further sheets where one is full, and one for texts that no cell can hold.
 *
 * Written here and not by a package, since none that is kept up writes rows as they come: see docs/formats.md. No formula, link or macro is ever
 * written; numbers are written as numbers only in columns that our own lists count in.
 */
import type { Cell } from '../../lists/formats/table.js';
import { cellParts, CELL_CHARS, columnName, sheetRow, storedLength } from './xlsx-cells.js';
import { XML_HEAD, xmlText } from './xml.js';
import { zipBytes, type ZipEntry } from './zip.js';

/** A list to be written. */
export interface SheetSource {
  readonly name: string;
  readonly columns: readonly string[];
  /** The rows, from the first; may be asked for twice. */
  rows(): AsyncIterable<readonly Cell[]>;
}

export interface SheetLimits {
  /** Rows of a sheet, its header among them. */
  readonly rows: number;
  /** Characters of a sheet's XML, give or take a row. */
  readonly chars: number;
}
export const SHEET_LIMITS: SheetLimits = { rows: 1_048_576, chars: 1 << 30 };

/** A sheet that was written. */
export interface Sheet {
  readonly name: string;
  readonly list: string;
  /** Without the header. */
  readonly rows: number;
}

export interface WorkbookCounts {
  readonly sheets: Sheet[];
  longCells: number;
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export const LONG_SHEET = 'long-cells';
const LONG_COLUMNS = ['sheet', 'cell', 'part', 'text'];
const CONTENTS = { name: 'contents', columns: ['sheet', 'list', 'rows'] } as const;

/** The bytes of a workbook. `counts` is filled on the way. @throws whatever the rows throw. */
export function workbookBytes(sources: readonly SheetSource[], counts: WorkbookCounts, limits: SheetLimits = SHEET_LIMITS): AsyncGenerator<Uint8Array> {
  return zipBytes(new Workbook(sources, counts, limits).entries());
}

class Workbook {
  readonly #sources: readonly SheetSource[];
  readonly #counts: WorkbookCounts;
  readonly #limits: SheetLimits;

  constructor(sources: readonly SheetSource[], counts: WorkbookCounts, limits: SheetLimits) {
    this.#sources = sources;
    this.#counts = counts;
    this.#limits = limits;
  }

  async *entries(): AsyncGenerator<ZipEntry> {
    for (const source of this.#sources) yield* this.#sheets(source.name, source.columns, this.#placed(source));
    if (this.#counts.longCells > 0) yield* this.#sheets(LONG_SHEET, LONG_COLUMNS, this.#longParts());
    const { sheets } = this.#counts;
    const rows = sheets.map(({ name, list, rows: count }) => [name, list, count] as const);
    yield { name: sheetPath(sheets.length + 1), pieces: [sheetText(CONTENTS.columns, rows)] };
    yield* book([...sheets.map(({ name }) => name), CONTENTS.name]);
  }

  /** Rows with a remark in place of each text that is too long; those follow on a sheet of their own. */
  async *#placed({ rows }: SheetSource): AsyncGenerator<readonly Cell[]> {
    for await (const cells of rows()) {
      if (!cells.some(isLong)) {
        yield cells;
        continue;
      }
      this.#counts.longCells += cells.filter(isLong).length;
      yield cells.map((cell) => (isLong(cell) ? `(${(cell as string).length} characters: see sheet ${LONG_SHEET})` : cell));
    }
  }

  /** Reads the lists again, for their long texts alone: they are not kept in memory. */
  async *#longParts(): AsyncGenerator<readonly Cell[]> {
    for (const { name, rows } of this.#sources) {
      const sheets = this.#counts.sheets.filter((sheet) => sheet.list === name);
      let at = 0;
      let row = 2;
      for await (const cells of rows()) {
        while (row - 2 === sheets[at]!.rows) {
          at++;
          row = 2;
        }
        for (const [column, cell] of cells.entries()) {
          if (!isLong(cell)) continue;
          let part = 1;
          for (const text of cellParts(cell as string)) yield [sheets[at]!.name, `${columnName(column)}${row}`, part++, text];
        }
        row++;
      }
    }
  }

  /** The sheets of a list: as many as its rows fill, at least one. */
  async *#sheets(list: string, columns: readonly string[], rows: AsyncGenerator<readonly Cell[]>): AsyncGenerator<ZipEntry> {
    const names = columns.map((_, i) => columnName(i));
    const { rows: mostRows, chars: mostChars } = this.#limits;
    let next = await rows.next();
    let number = 0;
    do {
      const sheet = { name: ++number === 1 ? list : `${list}-${number}`, list, rows: 0 };
      this.#counts.sheets.push(sheet);
      const pieces = async function* (): AsyncGenerator<string> {
        let chars = 0;
        let piece = SHEET_HEAD + sheetRow(1, columns, names);
        for (; !next.done && sheet.rows + 1 < mostRows && chars + piece.length < mostChars; next = await rows.next()) {
          piece += sheetRow(++sheet.rows + 1, next.value, names);
          if (piece.length < PIECE) continue;
          chars += piece.length;
          yield piece;
          piece = '';
        }
        yield piece + SHEET_END;
      };
      yield { name: sheetPath(this.#counts.sheets.length), pieces: pieces() };
    } while (!next.done);
  }
}

const isLong = (cell: Cell): boolean => typeof cell === 'string' && storedLength(cell) > CELL_CHARS;

/** Characters handed over at a time. */
const PIECE = 1 << 16;
const SHEET_HEAD = `${XML_HEAD}<worksheet xmlns="${MAIN}"><sheetData>\n`;
const SHEET_END = '</sheetData></worksheet>\n';

const sheetPath = (number: number): string => `xl/worksheets/sheet${number}.xml`;

function sheetText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const names = columns.map((_, i) => columnName(i));
  return SHEET_HEAD + [columns, ...rows].map((cells, i) => sheetRow(i + 1, cells, names)).join('') + SHEET_END;
}

/** What ties the sheets together. The last one, the contents, is shown first. */
function* book(names: readonly string[]): Generator<ZipEntry> {
  const order = [names.length - 1, ...names.slice(0, -1).keys()];
  const sheets = order.map((at, i) => `<sheet name="${xmlText(names[at]!)}" sheetId="${i + 1}" r:id="rId${at + 1}"/>`).join('');
  const related = names.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('');
  const types = names.map((_, i) => `<Override PartName="/${sheetPath(i + 1)}" ContentType="${CONTENT}.worksheet+xml"/>`).join('');
  const file = (name: string, xml: string): ZipEntry => ({ name, pieces: [`${XML_HEAD}${xml}\n`] });
  yield file('xl/workbook.xml', `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets}</sheets></workbook>`);
  yield file(
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${PACKAGE}/relationships">${related}<Relationship Id="rId${names.length + 1}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  );
  yield file('xl/styles.xml', STYLES);
  yield file(
    '_rels/.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  yield file(
    '[Content_Types].xml',
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${CONTENT}.sheet.main+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${CONTENT}.styles+xml"/>${types}</Types>`,
  );
}

/** Format 49 is text. */
const STYLES =
  `<styleSheet xmlns="${MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';
