/**
 * Keeps a spreadsheet from taking a cell for a formula: a cell that starts with `= + - @`, tab, CR, LF or a full-width form gets a `'` in front.
 * Numbers of our own are never negative, so only texts that came in can be changed; `--raw` leaves them as they came.
 */
const FORMULA_START = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

export function neutralise(cell: string): string {
  return FORMULA_START.test(cell) ? `'${cell}` : cell;
}
