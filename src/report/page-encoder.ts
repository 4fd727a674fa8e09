/** Cells of lists → columns of numbers: texts by their place in one table, times as seconds with the clock of the run kept beside. */
import { InputError } from '../core/errors.js';
import { PAGE_COLUMNS, SUPPRESSED, type ColumnKind, type PageList, type PageTable } from './page-data.js';

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:Z|([+-])(\d\d):(\d\d))$/;

/** What stands for a small count that is held back. */
export const HELD_BACK = '<';

export class PageEncoder {
  readonly texts: string[] = [];
  readonly #ids: Map<string, number> = new Map();
  readonly #offsets: Map<number, number> = new Map();

  /** The columns of a list; those without any value are left out. Each row has a cell for each column of PAGE_COLUMNS, in that order. */
  table(list: PageList, rows: readonly (readonly string[])[], total: number, withheld: number): PageTable {
    const columns = Object.entries(PAGE_COLUMNS[list]).map(([name, kind], i) => [name, rows.map((cells) => this.#value(kind, cells[i]!))] as const);
    return { count: rows.length, total, withheld, columns: Object.fromEntries(columns.filter(([, values]) => values.some((value) => value !== -1))) };
  }

  /** Changes of the clock among the times that were seen, ascending. */
  get offsets(): [number, number][] {
    const seen = [...this.#offsets].sort(([a], [b]) => a - b);
    return seen.filter(([, offset], i) => i === 0 || offset !== seen[i - 1]![1]);
  }

  #value(kind: ColumnKind, cell: string): number {
    if (cell === '') return -1;
    if (cell === HELD_BACK) return SUPPRESSED;
    if (kind === 'text') return this.#text(cell);
    if (kind === 'time') return this.#time(cell);
    if (kind === 'flag') return cell === 'true' ? 1 : 0;
    const value = Number(cell);
    if (!Number.isFinite(value))
      throw new InputError('E_LIST', 'a list E_LIST expected a number in a column of numbers, got something else; run the match again');
    return value;
  }

  #text(cell: string): number {
    const known = this.#ids.get(cell);
    if (known !== undefined) return known;
    this.#ids.set(cell, this.texts.length);
    return this.texts.push(cell) - 1;
  }

  #time(cell: string): number {
    const [match, year, month, day, hour, minute, second, sign, hours, minutes] = TIME.exec(cell) ?? [];
    if (match === undefined)
      throw new InputError('E_LIST', 'a list E_LIST expected a time such as 2022-03-01T08:15:30+08:00, got something else; run the match again');
    const offset = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
    const sec = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000 - offset;
    this.#offsets.set(sec, offset);
    return sec;
  }
}
