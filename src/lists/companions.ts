/** The rows of the search for companions: pairs of people who keep coming together, and the groups that they make. */
import { compareBytewise } from '../core/bytewise.js';
import type { Dictionary } from '../core/dictionary.js';
import type { Zone } from '../core/zone.js';
import type { Companions } from '../match/traffic/find-companions.js';

export interface CompanionRow {
  readonly group_id: string;
  /** Bytewise before `person_b`. */
  readonly person_a: string;
  readonly person_b: string;
  /** Distinct places and days on which they came together, and distinct ones of each. */
  readonly meetings: number;
  readonly places: number;
  readonly days: number;
  /** Meetings that chance would give, from the places' traffic. */
  readonly expected: number;
  /** P(X >= meetings), Poisson; at least 1e-300. */
  readonly p_value: number;
  /** Benjamini-Hochberg over all pairs who were at one place. */
  readonly q_value: number;
  readonly first_time: string;
  readonly last_time: string;
}

export interface GroupRow {
  readonly group_id: string;
  readonly people: number;
  /** Pairs of companions, and their share of all pairs of the group: where it is low, a chain was joined. */
  readonly pairs: number;
  readonly density: number;
  readonly person_ids: string;
}

export const COMPANION_COLUMNS: readonly (keyof CompanionRow)[] = [
  'group_id',
  'person_a',
  'person_b',
  'meetings',
  'places',
  'days',
  'expected',
  'p_value',
  'q_value',
  'first_time',
  'last_time',
];

export const GROUP_COLUMNS: readonly (keyof GroupRow)[] = ['group_id', 'people', 'pairs', 'density', 'person_ids'];

/** Both lists: pairs by person_a and person_b, groups numbered by their bytewise least member. */
export function companionRows(found: readonly Companions[], person: Dictionary, zone: Zone): { pairs: CompanionRow[]; groups: GroupRow[] } {
  const named = found.map((pair) => {
    const [a, b] = [person.text(pair.a), person.text(pair.b)];
    return compareBytewise(a, b) < 0 ? { pair, a, b } : { pair, a: b, b: a };
  });
  named.sort((x, y) => compareBytewise(x.a, y.a) || compareBytewise(x.b, y.b));
  const up = new Map<string, string>();
  const topOf = (id: string): string => {
    let top = id;
    for (let next = up.get(top); next !== undefined && next !== top; next = up.get(top)) {
      up.set(top, up.get(next) ?? next);
      top = next;
    }
    return top;
  };
  for (const { a, b } of named) {
    const [x, y] = [topOf(a), topOf(b)].sort(compareBytewise) as [string, string];
    up.set(y, x);
    if (!up.has(x)) up.set(x, x);
  }
  const members = new Map<string, string[]>();
  for (const id of [...up.keys()].sort(compareBytewise)) {
    const top = topOf(id);
    const group = members.get(top);
    if (group) group.push(id);
    else members.set(top, [id]);
  }
  const numbers = new Map([...members.keys()].map((top, i) => [top, `G${String(i + 1).padStart(5, '0')}`]));
  const pairsOf = new Map<string, number>();
  const pairs = named.map(({ pair, a, b }): CompanionRow => {
    const group_id = numbers.get(topOf(a))!;
    pairsOf.set(group_id, (pairsOf.get(group_id) ?? 0) + 1);
    return {
      group_id,
      person_a: a,
      person_b: b,
      meetings: pair.meetings,
      places: pair.places,
      days: pair.days,
      expected: rounded(pair.expected),
      p_value: rounded(Math.max(Math.exp(pair.lnP), 1e-300)),
      q_value: rounded(Math.max(Math.exp(pair.lnQ), 1e-300)),
      first_time: zone.text(pair.firstSec),
      last_time: zone.text(pair.lastSec),
    };
  });
  const groups = [...members].map(([top, ids]): GroupRow => {
    const group_id = numbers.get(top)!;
    const [people, within] = [ids.length, pairsOf.get(group_id)!];
    return { group_id, people, pairs: within, density: rounded((2 * within) / (people * (people - 1))), person_ids: ids.join('|') };
  });
  return { pairs, groups };
}

/** Four digits that count: more would say what nobody knows. */
const rounded = (value: number): number => Number(value.toPrecision(4));
