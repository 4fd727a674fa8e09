/** Whom to call: the list of people, cut by the filters, and its export. */
import { neutralise } from '../../../output/neutralise.js';
import { PAGE_COLUMNS, type PageList } from '../../page-data.js';
import { download, h, named, replace, shown } from '../dom.js';
import { Grid } from '../grid.js';
import { GRADES, gradeRank } from '../lists.js';
import type { State } from '../state.js';
import { count, duration, t } from '../words.js';
import { gradeBadge, section } from './parts.js';
import { why } from './why.js';

export function peopleSection(state: State): HTMLElement {
  const { people } = state.lists;
  const { clock } = state;
  const text = (column: string) => (row: number) => people.text(column, row);
  const number = (column: string) => (row: number) => people.num(column, row);
  const holdsAny = (column: string, is: (value: number) => boolean): boolean =>
    Array.from({ length: people.count }, (_, row) => row).some((row) => is(people.num(column, row)));
  const hasTimes = people.names.includes('first_start');
  const hasCases = holdsAny('is_case', (value) => value === 1);
  const grid = new Grid({
    name: 'people',
    label: t('sectionPeople'),
    onChoose: (row) => state.set({ person: people.text('contact_id', row) }),
    isChosen: (row) => people.text('contact_id', row) === state.choice.person,
    columns: [
      { key: 'rank', label: t('col.rank'), width: people.count > 9999 ? '78px' : '52px', isNumber: true, cell: (_, at) => count(at + 1) },
      {
        key: 'contact_id',
        label: t('col.contact_id'),
        width: hasCases ? 'minmax(216px,1.4fr)' : 'minmax(190px,1.4fr)',
        cell: (row) => personCell(people.text('contact_id', row), people.num('is_case', row) === 1),
        order: text('contact_id'),
      },
      {
        key: 'grade',
        label: t('col.grade'),
        width: '106px',
        cell: (row) => gradeBadge(people.text('grade', row)),
        order: (row) => gradeRank(people.text('grade', row)),
      },
      {
        key: 'total_likely_s',
        label: t('col.total_likely_s'),
        width: '112px',
        isNumber: true,
        cell: (row) => duration(people.num('total_likely_s', row)),
        order: number('total_likely_s'),
      },
      {
        key: 'range',
        label: t('col.range'),
        width: '216px',
        isNumber: true,
        cell: (row) => `${duration(people.num('total_certain_s', row))} – ${duration(people.num('total_possible_s', row))}`,
        order: number('total_certain_s'),
      },
      { key: 'cases', label: t('col.cases'), width: '62px', isNumber: true, cell: (row) => count(people.num('cases', row)), order: number('cases') },
      { key: 'places', label: t('col.places'), width: '66px', isNumber: true, cell: (row) => count(people.num('places', row)), order: number('places') },
      ...(hasTimes
        ? [
            {
              key: 'last_end',
              label: t('col.last_end'),
              width: '152px',
              cell: (row: number) => clock.full(people.num('last_end', row)),
              order: number('last_end'),
            },
          ]
        : []),
      ...(holdsAny('generation', (value) => value > 1)
        ? [
            {
              key: 'generation',
              label: t('col.generation'),
              width: '64px',
              isNumber: true,
              cell: (row: number) => count(people.num('generation', row)),
              order: number('generation'),
            },
          ]
        : []),
    ],
  });
  const status = h('p', { class: 'status', role: 'status', 'aria-live': 'polite' });
  const save = h('button', { type: 'button', class: 'export' });
  save.addEventListener('click', () => {
    download('people.csv', csvOf(state, 'people', grid.rows), 'text/csv;charset=utf-8');
    status.textContent = t('exported', count(grid.rows.length));
  });
  const refilter = (): void => {
    const rows = state.people();
    grid.show(rows);
    save.textContent = t('export', count(rows.length));
    status.textContent = t('rowsOf', count(rows.length), count(people.count));
  };
  state.onChange((changed) => {
    if (changed.has('person') && changed.size === 1) grid.refresh();
    else if (changed.size > 0) refilter();
  });
  refilter();
  return section(
    'people',
    'sectionPeople',
    h('p', { class: 'dim' }, t('orderHelp')),
    filters(state),
    h('div', { class: 'split' }, h('div', { class: 'left' }, grid.element, h('div', { class: 'below' }, save, status)), why(state)),
  );
}

/** Who is a case already has a mark for it. */
function personCell(id: string, isCase: boolean): HTMLElement {
  return h('span', {}, isCase ? h('span', { class: 'tag', title: t('col.is_case') }, t('laneCase')) : null, named(id, 60));
}

/** Rows of a list as CSV, columns and times as the run writes them. */
export function csvOf(state: State, name: PageList, rows: readonly number[]): string {
  const list = state.lists[name as 'people'];
  const isUtc = state.lists.data.run.tz === null;
  const columns = Object.entries(PAGE_COLUMNS[name]).filter(([column]) => list.names.includes(column));
  const cell = (row: number, column: string, kind: string): string => {
    const value = list.num(column, row);
    if (value === -2) return t('heldBack');
    if (kind === 'text') return neutralise(list.text(column, row));
    if (value < 0) return '';
    if (kind === 'time') return state.clock.exact(value, isUtc);
    return kind === 'flag' ? String(value === 1) : String(value);
  };
  const quoted = (text: string): string => (/[",\r\n|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [columns.map(([column]) => column), ...rows.map((row) => columns.map(([column, kind]) => quoted(cell(row, column, kind))))]
    .map((cells) => `${cells.join(',')}\n`)
    .join('');
}

function filters(state: State): HTMLElement {
  const search = h('input', {
    id: 'search',
    type: 'search',
    placeholder: t('search'),
    'aria-label': t('search'),
    autocomplete: 'off',
    value: state.choice.query,
  });
  let timer = 0;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => state.set({ query: search.value }), 150) as unknown as number;
  });
  const boxes = GRADES.map((grade) => {
    const box = h('input', { type: 'checkbox', id: `grade-${grade}`, checked: state.choice.grades.has(grade) });
    box.addEventListener('change', () => {
      const grades = new Set(state.choice.grades);
      if (box.checked) grades.add(grade);
      else grades.delete(grade);
      state.set({ grades });
    });
    return h('label', { class: 'check' }, box, gradeBadge(grade));
  });
  const chips = h('span', { class: 'chips' });
  const chip = (label: string, clear: () => void): HTMLElement =>
    h('button', { type: 'button', class: 'chip', onclick: clear, 'aria-label': t('clear', label) }, h('bdi', {}, label), ' ✕');
  const draw = (): void => {
    const { caseId, room } = state.choice;
    replace(
      chips,
      caseId === null ? null : chip(t('onlyCase', shown(caseId, 40)), () => state.set({ caseId: null })),
      room === null ? null : chip(t('onlyPlace', shown(room.split('\0').filter(Boolean).join(' · '), 60)), () => state.set({ room: null })),
    );
  };
  state.onChange(draw);
  draw();
  return h(
    'div',
    { class: 'filters', role: 'search', 'aria-label': t('filters') },
    search,
    h('fieldset', {}, h('legend', { class: 'sr' }, t('grades')), ...boxes),
    chips,
  );
}
