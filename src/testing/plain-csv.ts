/** RFC 4180 read a character at a time from a whole text: the definition that the byte scanner is held against. */

export interface PlainRecord {
  /** Line on which the record begins. */
  readonly line: number;
  /** Trimmed of ASCII white space. Of a broken record only its being broken counts. */
  readonly cells: readonly string[];
  /** A quote inside an unquoted cell, or text behind a closing quote. */
  readonly isBroken: boolean;
  /** As it came, without its line end. */
  readonly raw: string;
}

/** All records up to the end, or up to an unclosed quote, whose line is then `unclosedAt`. */
export function plainCsv(text: string, delimiter: string): { records: PlainRecord[]; unclosedAt: number | undefined } {
  const records: PlainRecord[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    if (text[at] === '\uFEFF') at++;
    const begin = at;
    const beginLine = line;
    const cells: string[] = [];
    let isBroken = false;
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        const opened = line;
        at++;
        while (at < text.length && (text[at] !== '"' || text[at + 1] === '"')) {
          if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) line++;
          cell += text[at];
          at += text[at] === '"' ? 2 : 1;
        }
        if (at >= text.length) return { records, unclosedAt: opened };
        at++;
        while (at < text.length && !`${delimiter}\r\n`.includes(text[at]!)) {
          isBroken = true;
          at++;
        }
      } else {
        while (at < text.length && !`${delimiter}\r\n`.includes(text[at]!)) {
          if (text[at] === '"') isBroken = true;
          cell += text[at++];
        }
      }
      cells.push(cell.replace(/^[\t\n\v\f\r ]+/, '').replace(/[\t\n\v\f\r ]+$/, ''));
      if (text[at] !== delimiter) break;
      at++;
    }
    records.push({ line: beginLine, cells, isBroken, raw: text.slice(begin, at) });
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
  }
  return { records, unclosedAt: undefined };
}
