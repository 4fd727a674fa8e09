/** Who with whom: a column for each generation, lines from a case to those it met in the next. A person stands where they first came in. */
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from 'd3-force';
import { h, replace, shown, svg } from '../dom.js';
import { gradeRank } from '../lists.js';
import type { State } from '../state.js';
import { count, counted, t } from '../words.js';
import { section } from './parts.js';

const WIDTH = 1100;
const MOST = 2000;
const LABELLED = 40;

interface Dot extends SimulationNodeDatum {
  readonly id: string;
  column: number;
  grade: string;
  links: number;
  /** From the middle of its column to beside it. */
  reach: number;
}
interface Line {
  readonly source: Dot;
  readonly target: Dot;
  readonly grade: string;
}

export function graphSection(state: State): HTMLElement {
  const body = h('div', {});
  let isDrawn = false;
  const draw = (): void => {
    isDrawn = true;
    replace(body, ...picture(state));
  };
  const button = h('button', { type: 'button', onclick: draw }, t('graphDraw'));
  replace(body, button);
  const seen = new IntersectionObserver((entries) => {
    if (!isDrawn && entries.some(({ isIntersecting }) => isIntersecting)) draw();
  });
  seen.observe(body);
  state.onChange((changed) => {
    if (isDrawn && !(changed.size === 1 && changed.has('room'))) draw();
  });
  return section('graph', 'sectionGraph', h('p', { class: 'dim' }, t('graphHelp')), body);
}

function graphOf(state: State): { dots: Dot[]; lines: Line[]; people: number; drawn: number } {
  const { contacts } = state.lists;
  const { people } = state.lists;
  const shownPeople = new Set(state.people().map((row) => people.text('contact_id', row)));
  const rows: number[] = [];
  for (let row = 0; row < contacts.count; row++) {
    if (contacts.text('rule_id', row) === state.choice.rule && shownPeople.has(contacts.text('contact_id', row))) rows.push(row);
  }
  const { caseId } = state.choice;
  const wanted = rows
    .filter((row) => caseId === null || contacts.text('case_id', row) === caseId)
    .sort(
      (a, b) =>
        contacts.num('generation', a) - contacts.num('generation', b) ||
        gradeRank(contacts.text('grade', a)) - gradeRank(contacts.text('grade', b)) ||
        contacts.num('total_likely_s', b) - contacts.num('total_likely_s', a) ||
        a - b,
    );
  const dots = new Map<string, Dot>();
  const lines: Line[] = [];
  const met = new Set<string>();
  for (const row of wanted) {
    const generation = Math.max(1, contacts.num('generation', row));
    const [from, to] = [contacts.text('case_id', row), contacts.text('contact_id', row)];
    const fresh = Number(!dots.has(from)) + Number(!dots.has(to));
    if (dots.size + fresh > MOST) continue;
    const source = dotOf(dots, from, generation - 1, 'case');
    const target = dotOf(dots, to, generation, contacts.text('grade', row));
    source.links++;
    target.links++;
    met.add(to);
    lines.push({ source, target, grade: contacts.text('grade', row) });
  }
  return { dots: [...dots.values()], lines, people: new Set(wanted.map((row) => contacts.text('contact_id', row))).size, drawn: met.size };
}

function dotOf(dots: Map<string, Dot>, id: string, column: number, grade: string): Dot {
  let dot = dots.get(id);
  if (!dot) dots.set(id, (dot = { id, column, grade, links: 0, reach: 10 }));
  dot.column = Math.min(dot.column, column);
  return dot;
}

function picture(state: State): Node[] {
  const { dots, lines, people, drawn } = graphOf(state);
  if (dots.length === 0) return [h('p', { class: 'dim' }, t('empty'))];
  const columns = Math.max(1, ...dots.map(({ column }) => column));
  const fullest = Math.max(...Array.from({ length: columns + 1 }, (_, column) => dots.filter((dot) => dot.column === column).length));
  const height = Math.min(1100, Math.max(260, fullest * 12));
  const spread = 0.62 / columns;
  const x = (column: number): number => 185 + (column / columns) * (WIDTH - 385);
  dots.forEach((dot, i) => {
    // A first place that spreads each column over its height; the layout starts from it, so that it is the same every time.
    const golden = (i * 0.618_033_988_749_895) % 1;
    dot.x = x(dot.column) + (golden - 0.5) * 40;
    dot.y = 30 + ((i * 0.754_877_666_246_693) % 1) * (height - 60);
  });
  const small = dots.length > 400;
  const simulation = forceSimulation(dots)
    .stop()
    .force('x', forceX<Dot>(({ column }) => x(column)).strength(0.25))
    .force('y', forceY<Dot>(height / 2).strength(0.01))
    .force(
      'charge',
      forceManyBody<Dot>()
        .strength(small ? -6 : -30)
        .distanceMax(200),
    )
    .force(
      'link',
      forceLink<Dot, Line>(lines)
        .strength(0.02)
        .distance(WIDTH * spread),
    )
    .force('collide', forceCollide<Dot>(small ? 4 : 9));
  simulation.tick(small ? 90 : 200);
  // The forces give the order in a column; even steps, side by side where there are many, make it legible.
  for (let column = 0; column <= columns; column++) {
    const own = dots.filter((dot) => dot.column === column).sort((a, b) => a.y! - b.y!);
    const abreast = Math.ceil((own.length * 9) / (height - 50));
    own.forEach((dot, rank) => {
      dot.reach = (abreast * 9) / 2 + 8;
      dot.x = x(column) + ((rank % abreast) - (abreast - 1) / 2) * 9;
      dot.y = 34 + ((rank + 0.5) / own.length) * (height - 50);
    });
  }
  const named = new Set([...dots].sort((a, b) => b.links - a.links).slice(0, dots.length <= LABELLED ? LABELLED : 12));
  const heads = Array.from({ length: columns + 1 }, (_, column) =>
    svg('text', { x: x(column), y: 16, 'text-anchor': 'middle', class: 'tick' }, column === 0 ? t('cases') : t('generation', column)),
  );
  const opacity = Math.min(0.6, Math.max(0.05, 12 / Math.sqrt(lines.length) / 4)).toFixed(2);
  const picture = svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${Math.ceil(height)}`,
      role: 'img',
      'aria-label': `${t('sectionGraph')}: ${count(dots.length)}, ${count(lines.length)}`,
      class: 'graph',
    },
    ...heads,
    ...lines.map(({ source, target, grade }) =>
      svg('line', {
        x1: source.x!.toFixed(1),
        y1: source.y!.toFixed(1),
        x2: target.x!.toFixed(1),
        y2: target.y!.toFixed(1),
        class: `edge edge-${grade}${target.id === state.choice.person ? ' edge-chosen' : ''}`,
        opacity,
      }),
    ),
    ...dots.map((dot) => dotShape(state, dot, small)),
    ...labelsOf([...named], x),
  );
  return [
    h('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': t('sectionGraph') }, picture),
    h('p', { class: 'dim' }, drawn < people ? t('graphSome', count(drawn), count(people)) : `${counted('people', drawn)}, ${counted('pairs', lines.length)}`),
  ];
}

function dotShape(state: State, dot: Dot, small: boolean): SVGElement {
  const choose = (): void => (dot.column === 0 ? state.set({ caseId: dot.id }) : state.set({ person: dot.id }));
  const size = (small ? 2.2 : 4) + Math.min(5, Math.sqrt(dot.links));
  const title = svg('title', {}, shown(dot.id, 100));
  return dot.grade === 'case'
    ? svg('rect', { x: dot.x! - size, y: dot.y! - size, width: size * 2, height: size * 2, class: 'stay-case certain link', onclick: choose }, title)
    : svg('circle', { cx: dot.x!.toFixed(1), cy: dot.y!.toFixed(1), r: size.toFixed(1), class: `dot together ${dot.grade} link`, onclick: choose }, title);
}

/** Beside their dots, where they hit no other label. */
function labelsOf(dots: readonly Dot[], x: (column: number) => number): SVGElement[] {
  const taken: Dot[] = [];
  const made: SVGElement[] = [];
  for (const dot of dots) {
    if (taken.some((other) => other.column === dot.column && Math.abs(other.y! - dot.y!) < 14)) continue;
    taken.push(dot);
    const isLeft = dot.column === 0;
    made.push(
      svg(
        'text',
        { x: x(dot.column) + (isLeft ? -dot.reach : dot.reach), y: dot.y! + 4, 'text-anchor': isLeft ? 'end' : 'start', class: 'tick halo' },
        shown(dot.id, 16),
      ),
    );
  }
  return made;
}
