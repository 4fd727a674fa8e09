/** The page in a few lines: whom to call first and why, and what to clean first. Follows the filters. */
import { h, named, replace } from '../dom.js';
import { pairKey, roomKey } from '../lists.js';
import type { State } from '../state.js';
import { count, counted, duration, t } from '../words.js';
import { gradeBadge } from './parts.js';

const MOST = 3;

export function shortSection(state: State): HTMLElement {
  const box = h('section', { id: 'short', class: 'short', 'aria-label': t('short') });
  const draw = (): void =>
    replace(
      box,
      h(
        'div',
        {},
        h('h2', {}, t('shortCall')),
        ...listOf(peopleToCall(state), 'people', t('shortPeople', count(state.people().length)), t(state.lists.people.count === 0 ? 'nobody' : 'empty')),
      ),
      h(
        'div',
        {},
        h('h2', {}, t('shortClean')),
        ...listOf(roomsToClean(state), 'clean', t('shortRooms'), t(state.lists.disinfection.count === 0 ? 'none' : 'empty')),
      ),
    );
  state.onChange((changed) => {
    if (!(changed.size === 1 && changed.has('person'))) draw();
  });
  draw();
  return box;
}

function listOf(items: readonly HTMLElement[], id: string, rest: string, empty: string): Node[] {
  if (items.length === 0) return [h('p', { class: 'dim' }, empty)];
  return [h('ol', {}, ...items), h('a', { href: `#${id}` }, rest)];
}

function peopleToCall(state: State): HTMLElement[] {
  const { lists, choice } = state;
  const { people } = lists;
  return state
    .people()
    .slice(0, MOST)
    .map((row) => {
      const person = people.text('contact_id', row);
      const choose = (): void => state.set({ person });
      const meetings = lists.episodesOfPerson.get(pairKey(choice.rule, person)) ?? [];
      const where = mostlyAt(state, meetings);
      // A page may hold only some meetings of a person: then nobody knows here where most of the time was.
      const at = meetings.length < people.num('episodes', row) ? 'shortPartly' : people.num('places', row) > 1 ? 'shortMostly' : 'shortAt';
      const why = t('shortWhy', duration(people.num('total_likely_s', row)), counted('cases', people.num('cases', row)));
      return h(
        'li',
        {},
        h('a', { href: '#people', onclick: choose }, named(person, 60)),
        ' ',
        gradeBadge(people.text('grade', row)),
        ` — ${why}`,
        where === null ? null : h('span', {}, t(at), named(where, 90)),
      );
    });
}

/** The room where most of the likely time was; null if the page holds no meeting. */
function mostlyAt({ lists, roomName }: State, rows: readonly number[]): string | null {
  const { episodes } = lists;
  const seconds = new Map<string, number>();
  for (const row of rows) {
    const name = roomName(episodes.text('place_id', row), episodes.text('place_name', row), episodes.text('run_id', row));
    seconds.set(name, (seconds.get(name) ?? 0) + Math.max(0, episodes.num('overlap_likely_s', row)));
  }
  return [...seconds].reduce<[string, number] | null>((most, each) => (most === null || each[1] > most[1] ? each : most), null)?.[0] ?? null;
}

function roomsToClean(state: State): HTMLElement[] {
  const { disinfection: list } = state.lists;
  const since = (row: number): number => list.num('check_ins_since', row);
  const rooms = new Map<string, number[]>();
  for (const row of state.rooms('disinfection').sort((a, b) => since(b) - since(a) || a - b)) {
    const key = roomKey(list.text('place_id', row), list.text('run_id', row));
    const windows = rooms.get(key);
    if (windows) windows.push(row);
    else rooms.set(key, [row]);
  }
  return [...rooms].slice(0, MOST).map(([room, windows]) => {
    const first = windows[0]!;
    const last = windows.reduce((most, row) => (list.num('from', row) > list.num('from', most) ? row : most));
    const span = state.clock.span(list.num('from', last), list.num('to', last));
    const choose = (): void => state.set({ room });
    return h(
      'li',
      {},
      h(
        'a',
        { href: '#clean', onclick: choose },
        named(state.roomName(list.text('place_id', first), list.text('place_name', first), list.text('run_id', first)), 90),
      ),
      `: ${windows.length === 1 ? t('shortOnce', span) : t('shortTimes', count(windows.length), span)}${since(first) === -1 ? '' : `; ${counted('since', since(first))}`}`,
    );
  });
}
