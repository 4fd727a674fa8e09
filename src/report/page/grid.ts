/** A table of any length: only the rows in sight are in the page. Sortable by its heads, moved through with the keyboard, read by screen readers as a grid. */
import { h, replace } from './dom.js';
import { count, t } from './words.js';

export interface GridColumn {
  readonly key: string;
  readonly label: string;
  /** Width as CSS has it in a grid: `90px`, `minmax(120px,2fr)`. */
  readonly width: string;
  readonly isNumber?: boolean;
  readonly cell: (row: number, at: number) => Node | string;
  /** What rows are sorted by; none: the head is no button. */
  readonly order?: (row: number) => number | string;
}

export interface GridOptions {
  readonly name: string;
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly onChoose?: (row: number) => void;
  readonly isChosen?: (row: number) => boolean;
}

const ROW_PX = 34;
const PRINTED = 300;

export class Grid {
  readonly element: HTMLElement;
  readonly #options: GridOptions;
  readonly #head: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #body: HTMLElement;
  readonly #note: HTMLElement;
  #given: readonly number[] = [];
  #rows: readonly number[] = [];
  #sort: { readonly key: string; readonly isDown: boolean } | null = null;
  #at = 0;
  #isPrinting = false;

  constructor(options: GridOptions) {
    this.#options = options;
    this.#head = h('div', { role: 'row', class: 'grid-row grid-head', 'aria-rowindex': 1 });
    this.#body = h('div', { role: 'rowgroup', class: 'grid-body' });
    this.#scroller = h('div', { class: 'grid-scroll', tabindex: 0, role: 'grid', 'aria-label': `${options.label}. ${t('gridHelp')}` }, this.#head, this.#body);
    this.#note = h('p', { class: 'print-only' });
    this.element = h('div', { class: `grid grid-${options.name}` }, this.#scroller, this.#note);
    const template = options.columns.map(({ width }) => width).join(' ');
    const least = options.columns.reduce((sum, { width }) => sum + Number(/\d+/.exec(width)?.[0] ?? 0), 0);
    this.#scroller.style.setProperty('--columns', template);
    this.#scroller.style.setProperty('--least', `${least}px`);
    this.#scroller.addEventListener('scroll', () => this.#draw());
    this.#scroller.addEventListener('keydown', (event) => this.#onKey(event));
    addEventListener('resize', () => this.#draw());
    addEventListener('beforeprint', () => this.#print(true));
    addEventListener('afterprint', () => this.#print(false));
    this.#drawHead();
  }

  /** Rows as they are now sorted. */
  get rows(): readonly number[] {
    return this.#rows;
  }

  show(rows: readonly number[]): void {
    this.#given = rows;
    this.#at = 0;
    this.#scroller.scrollTop = 0;
    this.#order();
  }

  /** Draws the rows again: what is chosen has changed. */
  refresh(): void {
    this.#draw();
  }

  #order(): void {
    const by = this.#options.columns.find(({ key }) => key === this.#sort?.key)?.order;
    const sign = this.#sort?.isDown ? -1 : 1;
    this.#rows = by
      ? this.#given
          .map((row, at) => ({ row, at, order: by(row) }))
          .sort((a, b) => (a.order < b.order ? -sign : a.order > b.order ? sign : a.at - b.at))
          .map(({ row }) => row)
      : this.#given;
    this.#scroller.setAttribute('aria-rowcount', String(this.#rows.length + 1));
    this.#scroller.setAttribute('aria-colcount', String(this.#options.columns.length));
    this.#body.style.height = `${Math.max(1, this.#rows.length) * ROW_PX}px`;
    this.#draw();
  }

  #drawHead(): void {
    const heads = this.#options.columns.map((column) => {
      const isSorted = this.#sort?.key === column.key;
      const mark = isSorted ? (this.#sort!.isDown ? ' ▼' : ' ▲') : '';
      const sort = (): void => {
        const isDown = isSorted ? !this.#sort!.isDown : column.isNumber === true;
        this.#sort = { key: column.key, isDown };
        this.#drawHead();
        this.#order();
        this.#head.querySelectorAll<HTMLElement>('[role=columnheader]')[this.#options.columns.indexOf(column)]?.querySelector('button')?.focus();
      };
      return h(
        'div',
        {
          role: 'columnheader',
          class: column.isNumber ? 'cell number' : 'cell',
          'aria-sort': isSorted ? (this.#sort!.isDown ? 'descending' : 'ascending') : undefined,
        },
        column.order ? h('button', { type: 'button', class: 'plain', onclick: sort }, column.label + mark) : column.label,
      );
    });
    replace(this.#head, ...heads);
  }

  #draw(): void {
    const height = this.#scroller.clientHeight || 400;
    const from = this.#isPrinting ? 0 : Math.max(0, Math.floor(this.#scroller.scrollTop / ROW_PX) - 5);
    const to = this.#isPrinting ? Math.min(this.#rows.length, PRINTED) : Math.min(this.#rows.length, from + Math.ceil(height / ROW_PX) + 12);
    const made: Node[] = [];
    for (let at = from; at < to; at++) made.push(this.#row(at));
    if (this.#rows.length === 0) made.push(h('div', { role: 'row', class: 'grid-row' }, h('div', { role: 'gridcell', class: 'cell empty' }, t('empty'))));
    replace(this.#body, ...made);
    const active = this.#rows.length > 0 && this.#at >= from && this.#at < to ? this.#idOf(this.#at) : null;
    if (active) this.#scroller.setAttribute('aria-activedescendant', active);
    else this.#scroller.removeAttribute('aria-activedescendant');
  }

  #row(at: number): HTMLElement {
    const row = this.#rows[at]!;
    const { columns, onChoose, isChosen } = this.#options;
    const choose = (): void => {
      this.#at = at;
      onChoose?.(row);
    };
    const element = h(
      'div',
      {
        role: 'row',
        id: this.#idOf(at),
        class: `grid-row${at === this.#at ? ' at' : ''}${onChoose ? ' choosable' : ''}`,
        'aria-rowindex': at + 2,
        'aria-selected': onChoose ? String(isChosen?.(row) ?? false) : undefined,
        onclick: choose,
      },
      ...columns.map((column) => h('div', { role: 'gridcell', class: column.isNumber ? 'cell number' : 'cell' }, column.cell(row, at))),
    );
    if (!this.#isPrinting) element.style.transform = `translateY(${at * ROW_PX}px)`;
    return element;
  }

  readonly #idOf = (at: number): string => `${this.#options.name}-${at}`;

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.#scroller || this.#rows.length === 0) return;
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / ROW_PX) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.#rows.length,
      End: this.#rows.length,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      this.#at = Math.min(this.#rows.length - 1, Math.max(0, this.#at + step));
      const top = this.#at * ROW_PX;
      const room = this.#scroller.clientHeight - ROW_PX * 2;
      if (top < this.#scroller.scrollTop) this.#scroller.scrollTop = top;
      else if (top > this.#scroller.scrollTop + room) this.#scroller.scrollTop = top - room;
      this.#draw();
    } else if (event.key === 'Enter' || event.key === ' ') this.#options.onChoose?.(this.#rows[this.#at]!);
    else return;
    event.preventDefault();
  }

  #print(isPrinting: boolean): void {
    if (!this.element.isConnected) return;
    this.#isPrinting = isPrinting;
    this.#note.textContent = isPrinting && this.#rows.length > PRINTED ? t('printed', count(PRINTED)) : '';
    this.#draw();
  }
}
