/** One room over time: a lane for each person, cases first, time together by grade inside, and how many people of the list were there at once. */
import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import { h, replace, shown, svg } from '../dom.js';
import { gradeRank, pairKey, roomKey } from '../lists.js';
import type { State } from '../state.js';
import { laneSets, occupancy, windowsOf, type Lane, type RoomWindow } from './lanes.js';
import { count, counted, t } from '../words.js';
import { gradeBadge, picker, section } from './parts.js';

const LANE_PX = 20;
const LABEL_PX = 170;
const WIDTH = 1100;
const MOST_LANES = 60;
const CURVE_PX = 90;

export function timelineSection(state: State): HTMLElement {
  const { places } = state.lists;
  const rooms = Array.from({ length: places.count }, (_, row) => row)
    .sort((a, b) => places.num('people_possible', b) - places.num('people_possible', a) || a - b)
    .map((row) => ({
      value: roomKey(places.text('place_id', row), places.text('run_id', row)),
      label: shown(state.roomName(places.text('place_id', row), places.text('place_name', row), places.text('run_id', row)), 100),
    }));
  const body = h('div', { class: 'timeline' });
  const windows = h('select', { id: 'window' });
  let room: string | null = null;
  let found: readonly RoomWindow[] = [];
  const pick = picker('room', t('pickPlace'), rooms, (value) => state.set({ room: value }));
  const drawWindow = (): void => {
    const window = found[Number(windows.value)];
    replace(body, window && room !== null ? chart(state, room, window) : h('p', { class: 'dim' }, t('noPlaceEpisodes')));
  };
  const draw = (): void => {
    const next = state.choice.room ?? busiest(state, rooms);
    room = next;
    pick.show(room);
    found = room === null ? [] : windowsOf(state, room);
    replace(windows, ...found.map(({ from, to, people }, i) => h('option', { value: i }, `${state.clock.span(from, to)} · ${counted('people', people)}`)));
    const best = found.reduce((most, { people }, i) => (people > (found[most]?.people ?? -1) ? i : most), 0);
    windows.value = String(best);
    drawWindow();
  };
  windows.addEventListener('change', drawWindow);
  state.onChange((changed) => {
    if (changed.has('room') || changed.has('rule')) draw();
    else if (changed.has('grades') || changed.has('person')) drawWindow();
  });
  draw();
  const pickers = h('div', { class: 'filters' }, pick.element, h('span', { class: 'picker' }, h('label', { for: 'window' }, t('pickWindow')), windows));
  return section('timeline', 'sectionTimeline', h('p', { class: 'dim' }, t('timelineHelp')), pickers, legend(), body);
}

/** The room with most people of which the page holds meetings. */
function busiest(state: State, rooms: readonly { readonly value: string }[]): string | null {
  const { episodesOfRoom } = state.lists;
  return rooms.find(({ value }) => episodesOfRoom.has(pairKey(state.choice.rule, value)))?.value ?? rooms[0]?.value ?? null;
}

const legend = (): HTMLElement =>
  h(
    'p',
    { class: 'legend' },
    h('span', { class: 'key key-case' }, t('laneCase')),
    ...(['certain', 'likely', 'possible'] as const).map((grade) => gradeBadge(grade)),
  );

function chart(state: State, room: string, window: RoomWindow): HTMLElement {
  const { clock } = state;
  const lanes = laneSets(state, room, window).filter(({ isCase, grade }) => isCase || grade === 'below' || state.choice.grades.has(grade));
  lanes.sort((a, b) => Number(b.isCase) - Number(a.isCase) || gradeRank(a.grade) - gradeRank(b.grade) || a.start - b.start || (a.id < b.id ? -1 : 1));
  const drawn = lanes.slice(0, MOST_LANES);
  const pad = Math.max(600, (window.to - window.from) * 0.25);
  const [from, to] = [window.from - pad, window.to + pad];
  const offset = clock.offset(window.from);
  const x = scaleLinear([from, to], [LABEL_PX, WIDTH - 10]).clamp(true);
  const ticks = scaleUtc([new Date((from + offset) * 1000), new Date((to + offset) * 1000)], [0, 1]).ticks(8);
  const curveTop = 26;
  const top = curveTop + CURVE_PX + 14;
  const height = top + drawn.length * LANE_PX + 6;
  const grid = ticks.flatMap((tick) => {
    const at = x(tick.getTime() / 1000 - offset).toFixed(1);
    const text = tick.toISOString();
    const label = text.slice(11, 16) === '00:00' ? text.slice(5, 10) : text.slice(11, 16);
    return [svg('line', { x1: at, x2: at, y1: 18, y2: height, class: 'rule' }), svg('text', { x: at, y: 13, 'text-anchor': 'middle', class: 'tick' }, label)];
  });
  const summary = `${state.clock.span(window.from, window.to)}: ${counted('cases', lanes.filter(({ isCase }) => isCase).length)}, ${counted('people', lanes.filter(({ isCase }) => !isCase).length)}`;
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': summary },
    svg('rect', { x: x(window.from), y: 18, width: Math.max(1, x(window.to) - x(window.from)), height: height - 18, class: 'case-window' }),
    ...grid,
    ...curve(state, room, window, x, curveTop),
    ...drawn.flatMap((lane, i) => laneShapes(state, lane, top + i * LANE_PX, x)),
  );
  return h(
    'div',
    {},
    h('p', {}, summary),
    h('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': t('sectionTimeline') }, picture),
    lanes.length > drawn.length ? h('p', { class: 'dim' }, t('more', count(lanes.length - drawn.length))) : null,
    h('p', { class: 'dim' }, t('occupancyHelp')),
  );
}

function laneShapes(state: State, lane: Lane, y: number, x: (sec: number) => number): SVGElement[] {
  const bar = (from: number, to: number, dy: number, height: number, name: string): SVGElement =>
    svg('rect', { x: x(from).toFixed(1), y: y + dy, width: Math.max(0.8, x(to) - x(from)).toFixed(1), height, class: name });
  const label = svg(
    'text',
    {
      x: LABEL_PX - 8,
      y: y + 13,
      'text-anchor': 'end',
      class: `lane${lane.isCase ? ' lane-case' : ' link'}${lane.id === state.choice.person ? ' chosen' : ''}`,
    },
    shown(lane.id, 20),
  );
  label.append(svg('title', {}, shown(lane.id, 300)));
  if (!lane.isCase) label.addEventListener('click', () => state.set({ person: lane.id }));
  const kind = lane.isCase ? 'stay-case' : 'stay';
  return [
    label,
    svg('line', { x1: LABEL_PX, x2: WIDTH - 10, y1: y + LANE_PX - 1, y2: y + LANE_PX - 1, class: 'rule' }),
    ...lane.stays.flatMap(({ start, ends }) => [
      bar(start, ends[2]!, 3, 13, `${kind} possible`),
      bar(start, ends[1]!, 3, 13, `${kind} likely`),
      bar(start, ends[0]!, 3, 13, `${kind} certain`),
    ]),
    ...lane.together.flatMap(({ start, sec }) =>
      [2, 1, 0].filter((rank) => sec[rank]! > 0).map((rank) => bar(start, start + sec[rank]!, 6, 7, `together ${['certain', 'likely', 'possible'][rank]}`)),
    ),
  ];
}

/** How many people of the list were there at once: surely, likely, possibly. */
function curve(state: State, room: string, window: RoomWindow, x: (sec: number) => number, top: number): SVGElement[] {
  const levels = ([2, 1, 0] as const).map((rank) => ({ rank, steps: occupancy(state, room, window, rank) }));
  const most = Math.max(1, ...levels.flatMap(({ steps }) => steps.map(({ people }) => people)));
  const y = scaleLinear([0, most], [top + CURVE_PX, top]);
  const shape = area<{ at: number; people: number }>()
    .x(({ at }) => x(at))
    .y0(y(0))
    .y1(({ people }) => y(people))
    .curve(curveStepAfter);
  return [
    ...levels.map(({ rank, steps }) => svg('path', { d: shape(steps) ?? '', class: `occupancy ${['certain', 'likely', 'possible'][rank]}` })),
    svg('text', { x: LABEL_PX - 8, y: top + 10, 'text-anchor': 'end', class: 'tick' }, count(most)),
    svg('text', { x: LABEL_PX - 8, y: top + CURVE_PX, 'text-anchor': 'end', class: 'tick' }, '0'),
    svg('text', { x: 2, y: top + CURVE_PX / 2, class: 'tick' }, t('occupancy')),
  ];
}
