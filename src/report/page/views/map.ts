/** Places by exposed person-hours, where their coordinates are known. Own projection, no tiles; a basemap only if one was given. */
import { geoMercator, geoPath, type GeoPermissibleObjects } from 'd3-geo';
import { scaleSqrt } from 'd3-scale';
import { h, replace, shown, svg } from '../dom.js';
import { pairKey, roomKey } from '../lists.js';
import type { State } from '../state.js';
import { count, counted, t } from '../words.js';
import { section } from './parts.js';
import { drawnWays, waysOf } from './ways.js';

const WIDTH = 1100;
const HEIGHT = 560;
const MOST = 2000;
const LABELS = 6;
const MOST_WAYS = 200;

interface Spot {
  readonly place: string;
  readonly name: string;
  readonly room: string;
  readonly lat: number;
  readonly lon: number;
  readonly hours: number;
}

export function mapSection(state: State): HTMLElement {
  const { points, rides, lists } = state.lists.data;
  if (points === null && rides === null) return section('map', 'sectionMap', h('p', { class: 'dim' }, t('mapHow')));
  const body = h('div', {});
  let showsAll = false;
  const draw = (): void => {
    const toggle = (): void => {
      showsAll = !showsAll;
      draw();
    };
    replace(body, ...picture(state, showsAll), h('button', { type: 'button', onclick: toggle }, t(showsAll ? 'mapMost' : 'mapAll')));
  };
  state.onChange((changed) => {
    if (!(changed.size === 1 && (changed.has('person') || changed.has('room')))) draw();
  });
  draw();
  const hasRuns = (lists.places.columns['run_id'] ?? []).some((run) => run >= 0);
  const helps = [t('mapHelp'), ...(rides ? [t('mapWays')] : hasRuns ? [t('mapWaysHow')] : [])];
  return section('map', 'sectionMap', h('p', { class: 'dim' }, helps.join(' ')), body);
}

function spotsOf(state: State): Spot[] {
  const { lists, choice } = state;
  const { episodes, places } = lists;
  const points = new Map((lists.data.points ?? []).map((point) => [point.place_id, point]));
  const spots = new Map<string, Spot>();
  for (const row of state.rooms('places')) {
    const place = places.text('place_id', row);
    const point = points.get(place);
    if (!point) continue;
    const room = roomKey(place, places.text('run_id', row));
    const rows = (lists.episodesOfRoom.get(pairKey(choice.rule, room)) ?? []).filter((episode) => choice.grades.has(episodes.text('grade', episode)));
    const hours = rows.reduce((sum, episode) => sum + Math.max(0, episodes.num('overlap_likely_s', episode)), 0) / 3600;
    const before = spots.get(place);
    spots.set(place, {
      place,
      name: places.text('place_name', row),
      room: before?.room ?? room,
      lat: point.lat,
      lon: point.lon,
      hours: hours + (before?.hours ?? 0),
    });
  }
  return [...spots.values()].sort((a, b) => b.hours - a.hours || (a.place < b.place ? -1 : 1));
}

function picture(state: State, showsAll: boolean): Node[] {
  const all = spotsOf(state);
  const spots = all.slice(0, MOST);
  const allWays = waysOf(state);
  const ways = allWays.slice(0, MOST_WAYS);
  if (spots.length === 0 && ways.length === 0) return [h('p', { class: 'dim' }, t('mapNone'))];
  const aboard = ways.flatMap(({ path, hours }) => path.map(([lon, lat]) => ({ lon, lat, hours: hours / path.length })));
  const frame = framed([...spots, ...aboard], showsAll);
  const points = { type: 'MultiPoint', coordinates: frame } as const;
  // Turned to the middle of what is shown: no edge of the world runs through it.
  const projection = geoMercator()
    .rotate([-(frame[0][0] + frame[1][0]) / 2, 0])
    .fitExtent(
      [
        [40, 40],
        [WIDTH - 40, HEIGHT - 40],
      ],
      points,
    );
  const path = geoPath(projection);
  const radius = scaleSqrt([0, Math.max(0.01, spots[0]?.hours ?? 0)], [2.5, 34]);
  const [[west, south], [rawEast, north]] = [projection.invert!([0, HEIGHT])!, projection.invert!([WIDTH, 0])!];
  const east = rawEast < west ? rawEast + 360 : rawEast;
  const step = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005].find((each) => (east - west) / each >= 4) ?? 0.002;
  const between = (lo: number, hi: number): number[] =>
    Array.from({ length: Math.floor(hi / step) - Math.ceil(lo / step) + 1 }, (_, i) => (Math.ceil(lo / step) + i) * step);
  const graticule = [
    ...between(west, east).map((lon) => `M${projection([lon, north])![0].toFixed(1)},0V${HEIGHT}`),
    ...between(south, north).map((lat) => `M0,${projection([west, lat])![1].toFixed(1)}H${WIDTH}`),
  ].join('');
  const basemap = state.lists.data.basemap as GeoPermissibleObjects | null;
  const drawn = spots.map((spot, i) => {
    const [x, y] = projection([spot.lon, spot.lat])!;
    const name = shown(spot.name || spot.place, 60);
    const title = `${name}: ${t('personHours', spot.hours < 10 ? spot.hours.toFixed(1) : count(Math.round(spot.hours)))}`;
    const choose = (): void => state.set({ room: spot.room });
    const circle = svg(
      'circle',
      { cx: x.toFixed(1), cy: y.toFixed(1), r: radius(spot.hours).toFixed(1), class: 'spot', onclick: choose },
      svg('title', {}, title),
    );
    if (i < 200) {
      circle.setAttribute('tabindex', '0');
      circle.setAttribute('role', 'button');
      circle.setAttribute('aria-label', title);
      circle.addEventListener('keydown', (event) => void ((event as KeyboardEvent).key === 'Enter' && choose()));
    }
    return { circle, x, y, name, r: radius(spot.hours) };
  });
  const { lines, labels: wayLabels } = drawnWays(state, ways, projection);
  const outside = drawn.filter(({ x, y }) => x < 0 || x > WIDTH || y < 0 || y > HEIGHT).length;
  const inside = drawn.filter(({ x, y }) => x >= 0 && x <= WIDTH && y >= 0 && y <= HEIGHT);
  return [
    h(
      'div',
      { class: 'wide' },
      svg(
        'svg',
        { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'group', 'aria-label': t('sectionMap'), class: 'map' },
        svg('path', { d: graticule, class: 'graticule' }),
        basemap === null ? null : svg('path', { d: path(basemap) ?? '', class: 'basemap' }),
        ...lines,
        ...inside.map(({ circle }) => circle),
        ...labels([...inside, ...wayLabels]),
        scaleBar(projection),
      ),
    ),
    h(
      'p',
      { class: 'dim' },
      `${counted('places', spots.length)}${all.length > spots.length ? ` · ${t('more', count(all.length - spots.length))}` : ''}${
        ways.length === 0
          ? ''
          : ` · ${counted(
              'rides',
              ways.reduce((sum, { runs }) => sum + runs, 0),
            )}${allWays.length > ways.length ? ` · ${t('more', count(allWays.length - ways.length))}` : ''}`
      } · ${step}°${outside > 0 ? ` · ${t('mapOutside', count(outside))}` : ''}`,
    ),
  ];
}

/** Where the middle 96 % of the time together was, or all places; a single place with some land around. */
function framed(spots: readonly Pick<Spot, 'lat' | 'lon' | 'hours'>[], isWhole: boolean): [[number, number], [number, number]] {
  const edge = isWhole || spots.length < 10 ? 0 : spots.reduce((sum, { hours }) => sum + hours, 0) * 0.02;
  const from = (axis: 'lat' | 'lon', sign: 1 | -1): number => {
    let passed = 0;
    const sorted = [...spots].sort((a, b) => sign * (a[axis] - b[axis]));
    return (sorted.find(({ hours }) => (passed += hours) > edge) ?? sorted[0]!)[axis];
  };
  const whole = (axis: 'lat' | 'lon', sign: 1 | -1): number => sign * Math.min(...spots.map((spot) => sign * spot[axis]));
  const side = edge > 0 ? from : whole;
  const [west, east, south, north] = [side('lon', 1), side('lon', -1), side('lat', 1), side('lat', -1)];
  const pad = Math.max(0.002, (east - west) * 0.02, (north - south) * 0.02);
  return [
    [west - pad, Math.max(-85, south - pad)],
    [east + pad, Math.min(85, north + pad)],
  ];
}

/** Names of the largest, where they hit no other name. */
function labels(spots: readonly { x: number; y: number; r: number; name: string }[]): SVGElement[] {
  const taken: { x: number; y: number; width: number }[] = [];
  const made: SVGElement[] = [];
  for (const { x, y, r, name } of spots) {
    if (made.length === LABELS) break;
    const width = [...name].reduce((sum, char) => sum + (char > '\u2e80' ? 13 : 7), 0);
    const isLeft = x + r + width > WIDTH;
    const at = { x: isLeft ? x - r - 4 - width : x + r + 4, y: y + 4, width };
    if (at.x < 0 || y < 14 || y > HEIGHT - 6) continue;
    if (taken.some((other) => Math.abs(other.y - at.y) < 16 && at.x < other.x + other.width && other.x < at.x + width)) continue;
    taken.push(at);
    made.push(svg('text', { x: at.x, y: at.y, class: 'tick halo' }, name));
  }
  return made;
}

function scaleBar(projection: ReturnType<typeof geoMercator>): SVGElement {
  const [lon, lat] = projection.invert!([40, HEIGHT - 20])!;
  const kmPerPx = (111.32 * Math.cos((lat * Math.PI) / 180)) / (projection([lon + 1, lat])![0] - 40);
  const km = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1].find((each) => each / kmPerPx <= 200) ?? 0.05;
  return svg(
    'g',
    {},
    svg('line', { x1: 20, x2: 20 + km / kmPerPx, y1: HEIGHT - 18, y2: HEIGHT - 18, class: 'scale' }),
    svg('text', { x: 20, y: HEIGHT - 24, class: 'tick' }, `${km} km`),
  );
}
