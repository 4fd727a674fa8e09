/** A reader of Excel workbooks for the tests: what a spreadsheet would show, and what no sheet may hold. */
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { childOf, childrenOf, parseXml, type XmlElement } from './xml.js';

export interface SheetCell {
  readonly type: 'text' | 'number';
  readonly value: string;
}

export interface Sheet {
  readonly name: string;
  /** By `A1`. */
  readonly cells: ReadonlyMap<string, SheetCell>;
  /** Rows of texts in the order of the columns; '' where there is no cell. */
  readonly rows: readonly (readonly string[])[];
}

/** Unpacked files of a zip by name. */
export async function unzip(bytes: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    fromBuffer(Buffer.from(bytes), { lazyEntries: true }, (error, file) => (error ? reject(error) : resolve(file))),
  );
  const files = new Map<string, string>();
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject).on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        const blocks: Buffer[] = [];
        stream.on('data', (block: Buffer) => void blocks.push(block)).on('error', reject);
        stream.on('end', () => {
          if (files.has(entry.fileName)) reject(new Error(`${entry.fileName} twice`));
          files.set(entry.fileName, Buffer.concat(blocks).toString('utf8'));
          zip.readEntry();
        });
      });
    });
    zip.readEntry();
  });
  return files;
}

/** The sheets in the order in which they are shown. Throws for formulas, links, macros and anything that is not where the parts of a workbook must be. */
export async function readWorkbook(bytes: Uint8Array): Promise<Sheet[]> {
  const files = await unzip(bytes);
  const types = parseXml(files.get('[Content_Types].xml')!);
  const related = new Map(parseXml(files.get('xl/_rels/workbook.xml.rels')!).children.map(({ attributes }) => [attributes['Id']!, attributes]));
  for (const { TargetMode } of related.values()) if (TargetMode === 'External') throw new Error('a link to outside');
  const parts = childrenOf(types, 'Override').map(({ attributes }) => attributes['PartName']!.slice(1));
  for (const name of files.keys())
    if (!parts.includes(name) && !name.endsWith('.rels') && name !== '[Content_Types].xml') throw new Error(`${name} has no type`);
  for (const name of parts) if (!files.has(name)) throw new Error(`${name} is not there`);
  return childOf(parseXml(files.get('xl/workbook.xml')!), 'sheets').children.map(({ attributes }) => {
    const name = attributes['name']!;
    if (name.length > 31 || /[\\/?*[\]:]/.test(name)) throw new Error(`${name} is no name for a sheet`);
    return readSheet(name, parseXml(files.get(`xl/${related.get(attributes['r:id']!)!['Target']}`)!));
  });
}

function readSheet(name: string, sheet: XmlElement): Sheet {
  const cells = new Map<string, SheetCell>();
  const rows: string[][] = [];
  let last = 0;
  for (const row of childOf(sheet, 'sheetData').children) {
    const number = Number(row.attributes['r']);
    if (number <= last || number > 1_048_576) throw new Error('rows out of order');
    last = number;
    const texts: string[] = [];
    for (const cell of row.children) {
      const at = cell.attributes['r']!;
      const [, letters, digits] = /^([A-Z]+)(\d+)$/.exec(at)!;
      if (Number(digits) !== number || cell.children.some((child) => child.name === 'f')) throw new Error(`${at} is no plain cell of its row`);
      const read = readCell(cell);
      const column = [...letters!].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
      if (column < texts.length) throw new Error('cells out of order');
      while (texts.length < column) texts.push('');
      texts.push(read.value);
      cells.set(at, read);
    }
    rows.push(texts);
  }
  const width = rows[0]?.length ?? 0;
  return { name, cells, rows: rows.map((row) => [...row, ...Array.from({ length: width - row.length }, () => '')]) };
}

function readCell(cell: XmlElement): SheetCell {
  if (cell.attributes['t'] === undefined) return { type: 'number', value: childOf(cell, 'v').text };
  if (cell.attributes['t'] !== 'inlineStr') throw new Error(`a cell of type ${cell.attributes['t']}`);
  const { text } = childOf(childOf(cell, 'is'), 't');
  if (text.length > 32_767) throw new Error('a cell that is too long');
  return { type: 'text', value: text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) };
}
