/** Rooms to clean, and notices to publish: of the places that the filters leave. Notices name no person. */
import { download, h, named, shown } from '../dom.js';
import { Grid } from '../grid.js';
import { roomKey } from '../lists.js';
import type { State } from '../state.js';
import { count, t } from '../words.js';
import { csvOf } from './people.js';
import { section } from './parts.js';

const MOST_NOTICES = 300;

export function cleanSection(state: State): HTMLElement {
  const { disinfection: list } = state.lists;
  const { clock } = state;
  const name = (row: number): string => state.roomName(list.text('place_id', row), list.text('place_name', row), list.text('run_id', row));
  const grid = new Grid({
    name: 'clean',
    label: t('sectionClean'),
    onChoose: (row) => state.set({ room: roomKey(list.text('place_id', row), list.text('run_id', row)) }),
    columns: [
      { key: 'place', label: t('col.place'), width: 'minmax(220px,3fr)', cell: (row) => named(name(row), 90), order: name },
      {
        key: 'district',
        label: t('col.district'),
        width: 'minmax(80px,1fr)',
        cell: (row) => named(list.text('district', row), 40),
        order: (row) => list.text('district', row),
      },
      { key: 'from', label: t('col.from'), width: '160px', cell: (row) => clock.full(list.num('from', row)), order: (row) => list.num('from', row) },
      { key: 'to', label: t('col.to'), width: '160px', cell: (row) => clock.full(list.num('to', row)), order: (row) => list.num('to', row) },
      {
        key: 'cases',
        label: t('col.cases'),
        width: '70px',
        isNumber: true,
        cell: (row) => count(list.num('cases', row)),
        order: (row) => list.num('cases', row),
      },
      {
        key: 'check_ins_since',
        label: t('col.check_ins_since'),
        width: '140px',
        isNumber: true,
        cell: (row) => count(list.num('check_ins_since', row)),
        order: (row) => list.num('check_ins_since', row),
      },
    ],
  });
  const box = h('textarea', { id: 'notice', readonly: true, rows: 12, 'aria-label': t('notices') });
  const kind = h(
    'select',
    { id: 'notice-kind', 'aria-label': t('notices') },
    h('option', { value: 'venue' }, t('kindVenue')),
    h('option', { value: 'clean' }, t('kindClean')),
  );
  const status = h('span', { role: 'status', 'aria-live': 'polite' });
  const save = h('button', { type: 'button' });
  let rows: readonly number[] = [];
  const write = (): void => void (box.value = noticeText(state, kind.value === 'clean' ? 'clean' : 'venue', rows));
  const draw = (): void => {
    rows = state.rooms('disinfection').sort((a, b) => list.num('check_ins_since', b) - list.num('check_ins_since', a) || a - b);
    grid.show(rows);
    save.textContent = t('export', count(rows.length));
    write();
  };
  kind.addEventListener('change', write);
  save.addEventListener('click', () => download('disinfection.csv', csvOf(state, 'disinfection', grid.rows), 'text/csv;charset=utf-8'));
  const copy = (): void => {
    box.select();
    document.execCommand('copy'); // works from file://, where the clipboard of newer pages is not given
    status.textContent = t('copied');
  };
  state.onChange((changed) => {
    if (!(changed.size === 1 && (changed.has('person') || changed.has('grades')))) draw();
  });
  draw();
  return section(
    'clean',
    'sectionClean',
    h('p', { class: 'dim' }, t('cleanHelp')),
    grid.element,
    h('div', { class: 'below' }, save),
    h('h3', {}, t('notices')),
    h('p', { class: 'dim' }, t('noticesHelp')),
    h(
      'div',
      { class: 'filters' },
      kind,
      h('button', { type: 'button', onclick: copy }, t('copy')),
      h('button', { type: 'button', onclick: () => download('notice.txt', box.value, 'text/plain;charset=utf-8') }, t('save')),
      status,
    ),
    box,
  );
}

/** One line for each place: its windows by time, whatever the order of the rows. */
export function noticeText(state: State, kind: 'venue' | 'clean', rows: readonly number[]): string {
  const { disinfection: list } = state.lists;
  const byRoom = new Map<string, number[]>();
  for (const row of rows) {
    const key = roomKey(list.text('place_id', row), list.text('run_id', row));
    byRoom.set(key, [...(byRoom.get(key) ?? []), row]);
  }
  const lines = [...byRoom.values()].slice(0, MOST_NOTICES).map((windows) => {
    const first = windows[0]!;
    const times = windows
      .sort((a, b) => list.num('from', a) - list.num('from', b))
      .map((row) => state.clock.span(list.num('from', row), list.num('to', row)))
      .join('; ');
    const place = list.text('place_id', first);
    const name = list.text('place_name', first);
    const where = [list.text('run_id', first), list.text('plate', first), list.text('district', first)].filter(Boolean).join(', ');
    const label = shown(name === '' ? place : name === place || list.text('run_id', first) !== '' ? name : `${name}, ${place}`, 200);
    const rest = where === '' ? '' : ` (${shown(where, 120)})`;
    const since = windows.map((row) => count(list.num('check_ins_since', row)));
    return kind === 'venue' ? t('notice', label, rest, times) : t('cleanLine', label, rest, times, since[0]!);
  });
  const left = byRoom.size - lines.length;
  return [t(kind === 'venue' ? 'noticeHead' : 'cleanHead'), '', ...lines, ...(left > 0 ? [`… ${t('moreRows', count(left))}`] : []), '', t('nature')].join('\n');
}
