/** The stays of a room as lanes of people, the windows of time in which cases were there, and how many people of the list were there at once. */
import { gradeRank, pairKey } from '../lists.js';
import type { State } from '../state.js';

/** Case visits of a room that follow each other closely. */
export interface RoomWindow {
  readonly from: number;
  readonly to: number;
  readonly people: number;
  readonly rows: readonly number[];
}

interface Stay {
  readonly start: number;
  /** Certain, likely, possible. */
  readonly ends: readonly [number, number, number];
}

export interface Lane {
  readonly id: string;
  readonly isCase: boolean;
  readonly grade: string;
  readonly start: number;
  readonly stays: readonly Stay[];
  readonly together: readonly { readonly start: number; readonly sec: readonly [number, number, number] }[];
}

/** Visits further apart than this are told apart. */
const GAP_SEC = 3 * 3600;

/** By time. The meetings of a room cut where no case was there, nor anybody in its wake, for hours. */
export function windowsOf(state: State, room: string): RoomWindow[] {
  const { episodes, episodesOfRoom } = state.lists;
  const rows = [...(episodesOfRoom.get(pairKey(state.choice.rule, room)) ?? [])].sort(
    (a, b) => episodes.num('case_start', a) - episodes.num('case_start', b) || a - b,
  );
  const found: { from: number; to: number; rows: number[] }[] = [];
  for (const row of rows) {
    const [from, to] = [episodes.num('case_start', row), Math.max(episodes.num('case_end_likely', row), episodes.num('start', row))];
    const last = found.at(-1);
    if (last && from <= last.to + GAP_SEC) {
      last.to = Math.max(last.to, to);
      last.rows.push(row);
    } else found.push({ from, to, rows: [row] });
  }
  return found.map((each) => ({ ...each, people: new Set(each.rows.map((row) => episodes.text('contact_id', row))).size }));
}

/** Lanes of everyone in a window, each stay once. */
export function laneSets(state: State, _room: string, window: RoomWindow): Lane[] {
  const { episodes } = state.lists;
  const lanes = new Map<
    string,
    { id: string; isCase: boolean; grade: string; start: number; stays: Map<string, Stay>; together: { start: number; sec: [number, number, number] }[] }
  >();
  const laneOf = (id: string, isCase: boolean): NonNullable<ReturnType<typeof lanes.get>> => {
    const key = `${isCase ? 'c' : 'p'}${id}`;
    let lane = lanes.get(key);
    if (!lane) lanes.set(key, (lane = { id, isCase, grade: isCase ? '' : 'below', start: Number.POSITIVE_INFINITY, stays: new Map(), together: [] }));
    return lane;
  };
  for (const row of window.rows) {
    for (const who of ['case', 'contact'] as const) {
      const lane = laneOf(episodes.text(`${who}_id`, row), who === 'case');
      const stay = stayOf(state, row, who);
      lane.start = Math.min(lane.start, stay.start);
      lane.stays.set([stay.start, ...stay.ends].join(), stay);
      if (who === 'case') continue;
      const grade = episodes.text('grade', row);
      if (gradeRank(grade) < gradeRank(lane.grade)) lane.grade = grade;
      if (episodes.text('kind', row) === 'after') continue;
      lane.together.push({
        start: episodes.num('start', row),
        sec: [episodes.num('overlap_certain_s', row), episodes.num('overlap_likely_s', row), episodes.num('overlap_possible_s', row)],
      });
    }
  }
  return [...lanes.values()].map((lane) => ({ ...lane, stays: [...lane.stays.values()] }));
}

function stayOf(state: State, row: number, who: 'case' | 'contact'): Stay {
  const { episodes } = state.lists;
  return {
    start: episodes.num(`${who}_start`, row),
    ends: [episodes.num(`${who}_end_certain`, row), episodes.num(`${who}_end_likely`, row), episodes.num(`${who}_end_possible`, row)],
  };
}

/** Steps of how many people of the list, cases not among them, are there: `rank` 0 surely, 1 likely, 2 possibly. A person counts once. */
export function occupancy(state: State, room: string, window: RoomWindow, rank: 0 | 1 | 2): { at: number; people: number }[] {
  const changes = new Map<number, number>();
  const add = (at: number, by: number): void => void changes.set(at, (changes.get(at) ?? 0) + by);
  for (const lane of laneSets(state, room, window)) {
    if (lane.isCase) continue;
    for (const [from, to] of merged(lane.stays.map(({ start, ends }) => [start, ends[rank]] as const))) {
      add(from, 1);
      add(to, -1);
    }
  }
  let people = 0;
  return [...changes].sort(([a], [b]) => a - b).map(([at, by]) => ({ at, people: (people += by) }));
}

/** Union of intervals, ascending. */
export function merged(intervals: readonly (readonly [number, number])[]): [number, number][] {
  const found: [number, number][] = [];
  for (const [from, to] of [...intervals].sort(([a], [b]) => a - b)) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}
