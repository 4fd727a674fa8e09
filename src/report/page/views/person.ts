/** A person or case day by day: each row is a local day of 24 hours, with their stays at places where they met, and the others' beside. */
import { scaleLinear } from 'd3-scale';
import { h, replace, shown, svg } from '../dom.js';
import { pairKey } from '../lists.js';
import type { State } from '../state.js';
import { count, t } from '../words.js';
import { picker, section } from './parts.js';

const WIDTH = 1100;
const LABEL_PX = 100;
const LINE_PX = 38;
const DAY_SEC = 86_400;
const MOST_DAYS = 60;

interface Piece {
  readonly day: number;
  readonly place: string;
  readonly who: 'person' | 'case';
  readonly from: number;
  readonly ends: readonly [number, number, number];
}

export function personSection(state: State): HTMLElement {
  const body = h('div', { class: 'person' });
  const pick = picker('who', t('pickPerson'), everyone(state), (value) => state.set({ person: value }));
  const draw = (): void => {
    const person = state.choice.person ?? first(state);
    pick.show(person);
    replace(body, person === null ? h('p', { class: 'dim' }, t('none')) : chart(state, person));
  };
  state.onChange((changed) => {
    if (changed.has('person') || changed.has('rule')) draw();
  });
  draw();
  return section('person', 'sectionPerson', h('p', { class: 'dim' }, t('personHelp')), h('div', { class: 'filters' }, pick.element), body);
}

const first = (state: State): string | null => {
  const row = state.people()[0];
  return row === undefined ? null : state.lists.people.text('contact_id', row);
};

function everyone(state: State): { value: string; label: string }[] {
  const { people, contacts } = state.lists;
  const ids = new Set<string>();
  for (let row = 0; row < contacts.count && ids.size < 500; row++) ids.add(contacts.text('case_id', row));
  for (const row of state.people()) ids.add(people.text('contact_id', row));
  return [...ids].map((value) => ({ value, label: shown(value, 100) }));
}

function chart(state: State, person: string): HTMLElement {
  const { clock } = state;
  const pieces = piecesOf(state, person);
  const days = [...new Set(pieces.map(({ day }) => day))].sort((a, b) => a - b);
  const drawn = days.slice(0, MOST_DAYS);
  const x = scaleLinear([0, DAY_SEC], [LABEL_PX, WIDTH - 10]).clamp(true);
  const shapes: SVGElement[] = [];
  let y = 22;
  for (const day of drawn) {
    const places = [...new Set(pieces.filter((piece) => piece.day === day).map(({ place }) => place))];
    const top = y;
    for (const place of places) {
      const here = pieces.filter((piece) => piece.day === day && piece.place === place);
      for (const { who, from, ends } of here) {
        const dy = who === 'case' ? 26 : 17;
        for (const rank of [2, 1, 0] as const) {
          const width = x(ends[rank] - day) - x(Math.max(from, day) - day);
          if (width > 0)
            shapes.push(
              svg('rect', {
                x: x(Math.max(from, day) - day).toFixed(1),
                y: y + dy,
                width: width.toFixed(1),
                height: 8,
                class: `${who === 'case' ? 'stay-case' : 'stay'} ${['certain', 'likely', 'possible'][rank]}`,
              }),
            );
        }
      }
      const start = x(Math.max(0, Math.min(...here.map(({ from }) => from - day))));
      const end = x(Math.min(DAY_SEC, Math.max(...here.map(({ ends }) => ends[2] - day))));
      const isRight = start > WIDTH - 420;
      shapes.push(
        svg(
          'text',
          { x: isRight ? Math.max(start + 40, end) : start, y: y + 13, 'text-anchor': isRight ? 'end' : 'start', class: 'tick halo' },
          shown(place, 50),
        ),
      );
      y += LINE_PX;
    }
    shapes.push(svg('text', { x: 2, y: top + 15, class: 'lane' }, clock.date(day + 3600)), svg('line', { x1: 0, x2: WIDTH, y1: y, y2: y, class: 'rule' }));
  }
  const ticks = [0, 3, 6, 9, 12, 15, 18, 21, 24].flatMap((hour) => [
    svg('line', { x1: x(hour * 3600), x2: x(hour * 3600), y1: 18, y2: y, class: 'rule' }),
    svg('text', { x: x(hour * 3600), y: 13, 'text-anchor': hour === 24 ? 'end' : 'middle', class: 'tick' }, `${hour}:00`),
  ]);
  return h(
    'div',
    {},
    h('p', {}, h('strong', {}, h('bdi', {}, shown(person, 80)))),
    days.length === 0
      ? h('p', { class: 'dim' }, t('none'))
      : h(
          'div',
          { class: 'wide', tabindex: 0, role: 'region', 'aria-label': t('sectionPerson') },
          svg(
            'svg',
            { viewBox: `0 0 ${WIDTH} ${y + 4}`, role: 'img', 'aria-label': `${shown(person, 80)}: ${drawn.map((day) => clock.date(day + 3600)).join(', ')}` },
            ...ticks,
            ...shapes,
          ),
        ),
    days.length > drawn.length ? h('p', { class: 'dim' }, t('more', count(days.length - drawn.length))) : null,
  );
}

/** Their stays, and those of the cases (of the people, for a case) at the same place, cut into local days. */
function piecesOf(state: State, person: string): Piece[] {
  const { lists, choice, clock } = state;
  const { episodes } = lists;
  const asContact = lists.episodesOfPerson.get(pairKey(choice.rule, person)) ?? [];
  const asCase = lists.episodesOfCase.get(pairKey(choice.rule, person)) ?? [];
  const found = new Map<string, Piece>();
  const add = (row: number, column: 'case' | 'contact', who: Piece['who']): void => {
    const start = episodes.num(`${column}_start`, row);
    const ends = [episodes.num(`${column}_end_certain`, row), episodes.num(`${column}_end_likely`, row), episodes.num(`${column}_end_possible`, row)] as const;
    const place = episodes.text('place_name', row) || episodes.text('place_id', row);
    for (let day = clock.dayStart(start); day < ends[2] || day <= start; day = clock.dayStart(day + DAY_SEC + 7200)) {
      found.set([day, who, place, start, ...ends].join('\0'), { day, place, who, from: start, ends });
      if (found.size > 5000) return;
    }
  };
  for (const row of asContact) {
    add(row, 'contact', 'person');
    add(row, 'case', 'case');
  }
  for (const row of asCase) add(row, 'case', 'case');
  return [...found.values()].sort((a, b) => a.from - b.from);
}
