/** What several views show in the same way: a grade, a room, a method, the end of a stay. */
import { h, named, shown } from '../dom.js';
import { roomKey, type List } from '../lists.js';
import type { State } from '../state.js';
import { duration, t, wordOf, type Word } from '../words.js';

const MARKS: Readonly<Record<string, string>> = { certain: '●', likely: '◐', possible: '○', below: '·' };

/** Shape, word and colour: none of them is needed to tell grades apart. */
export function gradeBadge(grade: string): HTMLElement {
  const word = grade in MARKS ? t(grade as Word) : shown(grade, 20);
  return h('span', { class: `grade grade-${grade in MARKS ? grade : 'below'}` }, h('span', { 'aria-hidden': 'true' }, `${MARKS[grade] ?? '·'} `), word);
}

export const section = (id: string, title: Word, ...children: (Node | string | null)[]): HTMLElement =>
  h('section', { id, 'aria-labelledby': `${id}-title` }, h('h2', { id: `${id}-title` }, t(title)), ...children);

/** The room of a row, as a button that cuts the lists to it. */
export function roomButton(state: State, list: List, row: number): HTMLElement {
  const place = list.text('place_id', row);
  const run = list.text('run_id', row);
  const name = state.roomName(place, list.text('place_name', row), run);
  const choose = (event: Event): void => {
    event.stopPropagation();
    state.set({ room: roomKey(place, run) });
  };
  return h('button', { type: 'button', class: 'plain', onclick: choose }, named(name));
}

export function caseButton(state: State, caseId: string): HTMLElement {
  return h('button', { type: 'button', class: 'plain', onclick: () => state.set({ caseId }) }, named(caseId, 60));
}

export const methodText = (method: string): string => wordOf('method', method);

/** What is known of when a stay ended. */
export function boundsText(state: State, list: List, row: number, who: 'case' | 'contact'): string {
  const start = list.num(`${who}_start`, row);
  const ends = (['certain', 'likely', 'possible'] as const).map((grade) => list.num(`${who}_end_${grade}`, row));
  const { clock } = state;
  const time = (sec: number): string => (clock.date(sec) === clock.date(start) ? clock.time(sec) : clock.full(sec));
  if (ends.every((end) => end === ends[0])) return t('exactly', clock.full(start), time(ends[0]!));
  return t('bounds', clock.full(start), time(ends[0]!), time(ends[1]!), time(ends[2]!));
}

/** `total>=900s` in words. */
export function reasonText(reason: string): string {
  const [, measure, sign, sec] = /^(\w+)(>=|>)(\d+)s$/.exec(reason) ?? [];
  if (measure === undefined) return reason;
  return t(sign === '>' ? 'moreThan' : 'atLeast', wordOf('measure', measure), duration(Number(sec)));
}

/** A list to choose from by typing: ids are shown as text. */
export function picker(
  id: string,
  label: string,
  values: readonly { readonly value: string; readonly label: string }[],
  onPick: (value: string) => void,
): {
  element: HTMLElement;
  show: (value: string | null) => void;
} {
  const MOST = 2000;
  const byLabel = new Map(values.map((each) => [each.label, each.value]));
  const input = h('input', { id, list: `${id}-list`, type: 'search', autocomplete: 'off', spellcheck: 'false' });
  const choices = h('datalist', { id: `${id}-list` }, ...values.slice(0, MOST).map((each) => h('option', { value: each.label })));
  input.addEventListener('change', () => {
    const value = byLabel.get(input.value);
    if (value !== undefined) onPick(value);
  });
  return {
    element: h('span', { class: 'picker' }, h('label', { for: id }, label), input, choices),
    show: (value) => void (input.value = values.find((each) => each.value === value)?.label ?? ''),
  };
}
