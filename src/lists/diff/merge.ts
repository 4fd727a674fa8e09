/** Two sorted lists side by side, row by row: what stands in one alone, and what stands in both with other cells. Memory does not grow with the lists. */
import { compareBytewise } from '../../core/bytewise.js';
import { InputError } from '../../core/errors.js';
import type { Cursor } from './cursor.js';

/** Which list a row stands in: the older alone, the newer alone, or both, where some cell differs. */
export type Side = 'before' | 'after' | 'both';

/** Rows looked at between two pauses. */
const PAUSE_ROWS = 1 << 12;

/** A row's place in the order of its list. */
export class RowKey {
  /** The texts of the key, of the row that was read last. */
  readonly texts: string[];
  readonly #cursor: Cursor;
  readonly #columns: readonly number[];
  readonly #constants: readonly (string | undefined)[];
  readonly #list: string;
  #isFirst = true;

  /**
   * @param columns - names of the columns by which the list is sorted, by UTF-8 bytes; `generation` goes by its number.
   * @param constants - what stands for a column that the list does not have.
   */
  constructor(cursor: Cursor, columns: readonly string[], list: string, constants: Readonly<Record<string, string>> = {}) {
    this.#cursor = cursor;
    this.#columns = columns.map((column) => cursor.at(column));
    this.#constants = columns.map((column) => constants[column]);
    this.#list = list;
    this.texts = columns.map(() => '');
  }

  /** Reads the key of the row. @throws InputError `E_LIST_ORDER` if it stands before the one that was read last. */
  read(): void {
    let order = 0;
    for (let i = 0; i < this.texts.length; i++) {
      const column = this.#columns[i]!;
      const text = column < 0 ? (this.#constants[i] ?? '') : this.#cursor.text(column);
      if (order === 0) order = compareCells(this.texts[i]!, text, i);
      this.texts[i] = text;
    }
    if (order > 0 && !this.#isFirst) {
      throw new InputError(
        'E_LIST_ORDER',
        `${this.#list} E_LIST_ORDER expected rows in the order of their ids, got one out of order; an id that begins with '= cannot be told from a neutralised one: match both runs with --raw`,
      );
    }
    this.#isFirst = false;
  }

  /** Whether the same constants stand for the same columns: rows of the same bytes are the same then. */
  isLike(other: RowKey): boolean {
    return this.#columns.every((column, i) => column < 0 === other.#columns[i]! < 0 && (column >= 0 || this.#constants[i] === other.#constants[i]));
  }

  compare(other: RowKey): number {
    return compareKeys(this.texts, other.texts);
  }
}

/** Order of two keys. */
export function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareCells(a[i]!, b[i]!, i);
    if (order !== 0) return order;
  }
  return 0;
}

/** The fourth cell of a key, where there is one, is a number. */
const NUMBER_AT = 3;
const compareCells = (a: string, b: string, i: number): number => (a === b ? 0 : i === NUMBER_AT ? Number(a) - Number(b) : compareBytewise(a, b));

/**
 * Goes through two lists and stops at each difference: the cursors then stand at the rows. Yields `undefined` now and then where there is none.
 * @throws InputError `E_LIST_ORDER`.
 */
export function* mergeLists(before: Cursor, after: Cursor, keyBefore: RowKey, keyAfter: RowKey): Generator<Side | undefined, void, void> {
  const compared = before.columns.map((column, i) => [i, after.at(column)] as const).filter(([, j]) => j >= 0);
  const isEqual = (): boolean => compared.every(([i, j]) => before.text(i) === after.text(j));
  const isLike = keyBefore.isLike(keyAfter);
  let hasBefore = before.next();
  let hasAfter = after.next();
  let isReadBefore = false;
  let isReadAfter = false;
  for (let rows = 1; hasBefore || hasAfter; rows++) {
    if (rows % PAUSE_ROWS === 0) yield undefined;
    let order: number;
    if (!hasAfter) order = -1;
    else if (!hasBefore) order = 1;
    else if (isLike && before.isSame(after)) order = Number.NaN;
    else order = 0;
    if (order <= 0 && hasBefore && !isReadBefore) {
      keyBefore.read();
      isReadBefore = true;
    }
    if (order >= 0 && hasAfter && !isReadAfter) {
      keyAfter.read();
      isReadAfter = true;
    }
    if (order === 0) {
      order = keyBefore.compare(keyAfter);
      if (order === 0 && !isEqual()) yield 'both';
    }
    if (order < 0) yield 'before';
    else if (order > 0) yield 'after';
    if (!(order > 0)) {
      hasBefore = before.next();
      isReadBefore = false;
    }
    if (!(order < 0)) {
      hasAfter = after.next();
      isReadAfter = false;
    }
  }
}

/** Names of the columns that both lists have and in which the two rows differ. */
export function changedColumns(before: Cursor, after: Cursor): string[] {
  return before.columns.filter((column, i) => after.at(column) >= 0 && before.text(i) !== after.text(after.at(column)));
}
