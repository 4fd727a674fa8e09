/** Runs of vehicles on the map: the way of each as a line, thick where a case and others were aboard together. */
import type { GeoProjection } from 'd3-geo';
import { shown, svg } from '../dom.js';
import { pairKey, roomKey } from '../lists.js';
import type { State } from '../state.js';
import { count, counted, t } from '../words.js';

/** Runs along one way, with their meetings. */
export interface Way {
  readonly path: readonly (readonly [number, number])[];
  /** Name and room of the run with most time together. */
  readonly name: string;
  readonly room: string;
  readonly runs: number;
  readonly hours: number;
  /** Whether people met between a stop and the next. */
  readonly legs: readonly boolean[];
}

/** The ways that the filters leave, most person-hours first. */
export function waysOf(state: State): Way[] {
  const { lists, choice } = state;
  const { episodes, places } = lists;
  const { rides } = lists.data;
  if (rides === null) return [];
  const wayOfRun = new Map(rides.runs);
  const ways = new Map<number, Way & { legs: boolean[]; most: number }>();
  for (const row of state.rooms('places')) {
    const run = places.text('run_id', row);
    const at = wayOfRun.get(run);
    if (at === undefined) continue;
    const { path, stops } = rides.ways[at]!;
    const place = places.text('place_id', row);
    const room = roomKey(place, run);
    const before = ways.get(at);
    const legs = before?.legs ?? stops.slice(1).map(() => false);
    let hours = 0;
    for (const episode of lists.episodesOfRoom.get(pairKey(choice.rule, room)) ?? []) {
      if (!choice.grades.has(episodes.text('grade', episode))) continue;
      hours += Math.max(0, episodes.num('overlap_likely_s', episode)) / 3600;
      const from = stops.indexOf(episodes.text('from_stop', episode));
      const to = from < 0 ? -1 : stops.indexOf(episodes.text('to_stop', episode), from + 1);
      if (to > from) legs.fill(true, from, to);
    }
    const isMost = before === undefined || hours > before.most;
    ways.set(at, {
      path,
      legs,
      name: isMost ? state.roomName(place, places.text('place_name', row), run) : before.name,
      room: isMost ? room : before.room,
      most: isMost ? hours : before.most,
      runs: (before?.runs ?? 0) + 1,
      hours: hours + (before?.hours ?? 0),
    });
  }
  return [...ways.values()].sort((a, b) => b.hours - a.hours || (a.room < b.room ? -1 : 1));
}

/** Lines, and what names the first of them. */
export function drawnWays(
  state: State,
  ways: readonly Way[],
  projection: GeoProjection,
): { lines: SVGElement[]; labels: { x: number; y: number; r: number; name: string }[] } {
  const labels: { x: number; y: number; r: number; name: string }[] = [];
  const lines = ways.map(({ path, legs, name, room, runs, hours }) => {
    const points = path.map((point) => projection([...point])!.map((value) => value.toFixed(1)) as [string, string]);
    const drawn = (from: number, to: number): string => `M${points.slice(from, to + 1).join('L')}`;
    const thick = legs.flatMap((isMet, i) => (isMet ? [drawn(i, i + 1)] : [])).join('');
    const title = `${shown(name, 60)}${runs > 1 ? ` … ${counted('rides', runs)}` : ''}: ${t('personHours', hours < 10 ? hours.toFixed(1) : count(Math.round(hours)))}`;
    const choose = (): void => state.set({ room });
    const [x, y] = points[Math.floor(points.length / 2)]!;
    labels.push({ x: Number(x), y: Number(y), r: 4, name: shown(name, 60) });
    const group = svg(
      'g',
      { class: 'way', tabindex: 0, role: 'button', 'aria-label': title, onclick: choose },
      svg('title', {}, title),
      svg('path', { d: drawn(0, points.length), class: 'way-all' }),
      thick === '' ? null : svg('path', { d: thick, class: 'way-met' }),
      svg('path', { d: points.map(([px, py]) => `M${px},${py}h0`).join(''), class: 'way-stops' }),
    );
    group.addEventListener('keydown', (event) => void ((event as KeyboardEvent).key === 'Enter' && choose()));
    return group;
  });
  return { lines, labels };
}
