/** A CSV reader of its own for the tests: slow, plain, and no relative of the one under test. */

/** Records of a text as RFC 4180 has it, `,` between cells; LF or CRLF ends a record. */
export function csvRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (isQuoted) {
      if (char === '"' && text[at + 1] === '"') cell += text[++at]!;
      else if (char === '"') isQuoted = false;
      else cell += char;
    } else if (char === '"') isQuoted = true;
    else if (char === ',' || char === '\n') {
      record.push(cell);
      cell = '';
      if (char === '\n') {
        records.push(record);
        record = [];
      }
    } else if (char === '\r' && text[at + 1] === '\n') continue;
    else cell += char;
  }
  if (cell !== '' || record.length > 0) records.push([...record, cell]);
  return records;
}

/** Rows by the names in the first record. */
export function csvRows(text: string): Record<string, string>[] {
  const [head = [], ...rows] = csvRecords(text);
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])));
}

/** A cell as a CSV holds it: always in quotes. */
export const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
