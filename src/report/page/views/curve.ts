/** Day by day: people by the day on which they were first together with a case, and cases by date. */
import { scaleBand, scaleLinear } from 'd3-scale';
import type { PageDay } from '../../page-data.js';
import { h, replace, svg } from '../dom.js';
import { GRADES } from '../lists.js';
import type { State } from '../state.js';
import { count, t } from '../words.js';
import { gradeBadge, section } from './parts.js';

const WIDTH = 1100;
const HEIGHT = 240;
const LEFT = 48;
const FOOT = 30;

export function curveSection(state: State): HTMLElement {
  const body = h('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': t('sectionCurve') });
  const { curve, isRedacted } = state.lists.data;
  const draw = (): void => replace(body, ...picture(curve[state.choice.rule] ?? []));
  state.onChange((changed) => {
    if (changed.has('rule')) draw();
  });
  draw();
  const hasCases = Object.values(curve).some((days) => days.some(({ cases }) => cases !== null));
  return section(
    'curve',
    'sectionCurve',
    h('p', { class: 'dim' }, t('curveHelp'), isRedacted ? ` ${t('redactedTimes')}: ×` : null),
    h('p', { class: 'legend' }, ...GRADES.map(gradeBadge), hasCases ? h('span', { class: 'key key-case' }, t('curveCases')) : null),
    body,
    hasCases ? null : h('p', { class: 'dim' }, t('caseDatesHow')),
  );
}

/** All days from the first to the last, those without anything too; a span beyond a year shows the days that have something. */
function allDays(days: readonly PageDay[]): PageDay[] {
  const [first, last] = [days[0]!, days.at(-1)!];
  const at = (date: string): number => Math.floor(new Date(`${date}T00:00:00Z`).getTime() / 86_400_000);
  if (at(last.date) - at(first.date) > 366) return [...days];
  const known = new Map(days.map((day) => [day.date, day]));
  return Array.from({ length: at(last.date) - at(first.date) + 1 }, (_, i) => {
    const date = new Date((at(first.date) + i) * 86_400_000).toISOString().slice(0, 10);
    return known.get(date) ?? { date, certain: 0, likely: 0, possible: 0, cases: first.cases === null ? null : 0 };
  });
}

function picture(given: readonly PageDay[]): Node[] {
  const days = given.filter(({ date }) => date !== '');
  if (days.length === 0) return [h('p', { class: 'dim' }, t('none'))];
  const all = allDays(days);
  const told = (value: number | null): number => Math.max(0, value ?? 0);
  const sum = (day: PageDay): number => GRADES.reduce((total, grade) => total + told(day[grade]), 0);
  const x = scaleBand(
    all.map(({ date }) => date),
    [LEFT, WIDTH - 10],
  ).padding(0.15);
  const y = scaleLinear([0, Math.max(1, ...all.map((day) => Math.max(sum(day), told(day.cases))))], [HEIGHT - FOOT, 12]).nice();
  const every = Math.ceil(all.length / 14);
  const shapes = all.flatMap((day, i) => {
    const at = x(day.date)!;
    const half = day.cases === null ? x.bandwidth() : x.bandwidth() / 2;
    let base = 0;
    const bars = GRADES.map((grade) => {
      const from = base;
      base += told(day[grade]);
      return svg('rect', { x: at, y: y(base), width: half, height: y(from) - y(base), class: `together ${grade}` });
    });
    const isHeld = GRADES.some((grade) => day[grade] === -2) || day.cases === -2;
    const label = svg(
      'title',
      {},
      `${day.date}: ${GRADES.map((grade) => `${t(grade)} ${count(day[grade])}`).join(', ')}${day.cases === null ? '' : `; ${t('cases')} ${count(day.cases)}`}`,
    );
    return [
      svg(
        'g',
        {},
        label,
        ...bars,
        day.cases === null
          ? null
          : svg('rect', { x: at + half, y: y(told(day.cases)), width: half, height: y(0) - y(told(day.cases)), class: 'stay-case certain' }),
      ),
      ...(told(day.cases) > 0
        ? [svg('text', { x: at + half * 1.5, y: y(told(day.cases)) - 4, 'text-anchor': 'middle', class: 'lane-case' }, count(day.cases!))]
        : []),
      ...(isHeld ? [svg('text', { x: at + x.bandwidth() / 2, y: y(base) - 3, 'text-anchor': 'middle', class: 'tick' }, '×')] : []),
      ...(i % every === 0
        ? [svg('text', { x: at + x.bandwidth() / 2, y: HEIGHT - 10, 'text-anchor': 'middle', class: 'tick' }, day.date.slice(all.length > 60 ? 2 : 5))]
        : []),
    ];
  });
  const rules = y
    .ticks(4)
    .filter(Number.isInteger)
    .flatMap((value) => [
      svg('line', { x1: LEFT, x2: WIDTH - 10, y1: y(value), y2: y(value), class: 'rule' }),
      svg('text', { x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end', class: 'tick' }, count(value)),
    ]);
  const busiest = all.reduce((most, day) => (sum(day) > sum(most) ? day : most));
  const table = h(
    'table',
    { class: 'sr' },
    h('tr', {}, ...['', ...GRADES.map((grade) => t(grade)), t('cases')].map((name) => h('th', {}, name))),
    ...days.map((day) =>
      h('tr', {}, h('th', {}, day.date), ...[...GRADES.map((grade) => day[grade]), day.cases ?? -1].map((value) => h('td', {}, count(value)))),
    ),
  );
  return [
    svg(
      'svg',
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        role: 'img',
        'aria-label': `${t('sectionCurve')}: ${all[0]!.date} – ${all.at(-1)!.date}; max. ${busiest.date}: ${count(sum(busiest))}`,
      },
      ...rules,
      ...shapes,
    ),
    h('div', { class: 'sr' }, table),
  ];
}
