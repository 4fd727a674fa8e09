/** Statements that match cases with stays (SPEC sections 5 to 7): visits, then episodes by a join on the place, the run and pieces of time. */
import { BOARDING_SEC } from '../../stays/segment-runs.js';
import type { Script } from './script.js';
import { FAR, hasParents, type StaySettings } from './source.js';

/** A case whose stays count within a window; without a bound on a side it is `-Infinity` or `Infinity`. */
export interface SqlCase {
  readonly caseId: string;
  readonly personId: string;
  readonly fromSec: number;
  readonly toSec: number;
  readonly hasStays: boolean;
  readonly told: readonly SqlTold[];
}

/** A row of a case's itinerary. */
export interface SqlTold {
  readonly placeId: string;
  readonly runId: string;
  readonly startSec: number;
  readonly endSec: number;
}

export interface QuestionSettings {
  readonly cases: readonly SqlCase[];
  /**
   * Which places meet: themselves; those of one topmost ancestor; or as the table `keys` (place_id, key_id) or `meets` (case_place, place_id) says,
   * which whoever knows the coordinates makes, so that no engine rounds otherwise than another.
   */
  readonly scope: 'place' | 'parent' | 'keys' | 'meets';
  readonly lagSec: number;
  readonly isClosed: boolean;
  readonly minOverlapSec: number;
  readonly excludeConflicts: boolean;
  /** Width of the pieces of time: about as long as most stays. */
  readonly binSec: number;
  /** Into how many parts, by the place of the visit, the join is cut: one after another needs less memory at a time. @defaultValue 1 */
  readonly shards?: number;
}

const VISIT = ['case_no', 'person_id', 'place_id', 'run_id', 'start_sec', 'certain_sec', 'likely_sec', 'possible_sec', 'end_method', 'told_no'];
const columnsOf = (alias: string, names: readonly string[]): string => names.map((name) => `${alias}.${name} as ${name}`).join(', ');

/** Makes `cases`, `told` and `visits`. */
export function addVisits(script: Script, { cases, excludeConflicts }: QuestionSettings): void {
  const t = (table: string): string => script.name(table);
  const int = (name: string) => ({ name, type: 'int' as const });
  const text = (name: string) => ({ name, type: 'text' as const });
  const from = (sec: number): number => (sec === Number.NEGATIVE_INFINITY ? 0 : sec);
  const to = (sec: number): number => (sec === Number.POSITIVE_INFINITY ? FAR : sec);
  script.makeRows(
    'cases',
    [int('case_no'), text('case_id'), text('person_id'), int('from_sec'), int('to_sec'), int('has_stays')],
    cases.map((one, at) => [at, one.caseId, one.personId, from(one.fromSec), to(one.toSec), one.hasStays ? 1 : 0]),
  );
  let toldNo = 0;
  script.makeRows(
    'told',
    [int('told_no'), int('case_no'), text('place_id'), text('run_id'), int('start_sec'), int('end_sec')],
    cases.flatMap(({ told }, at) => told.map(({ placeId, runId, startSec, endSec }) => [++toldNo, at, placeId, runId, startSec, endSec])),
  );
  script.make(
    'told_on',
    `select o.told_no as told_no, o.case_no as case_no, o.place_id as place_id, r.run_id as run_id,
  greatest(o.start_sec, r.start_sec - ${BOARDING_SEC}) as start_sec, least(o.end_sec, r.end_sec) as end_sec
from ${t('told')} o
join ${t('places')} p on p.place_id = o.place_id
join ${t('runs')} r on r.place_id = o.place_id
where o.run_id = '' and p.is_vehicle = 1 and greatest(o.start_sec, r.start_sec - ${BOARDING_SEC}) < least(o.end_sec, r.end_sec)`,
  );
  const clamped = (name: string): string => `least(greatest(u.${name}, u.from_sec), u.to_sec) as ${name}`;
  const told = (
    rows: string,
  ): string => `  select o.case_no as case_no, c.person_id as person_id, o.place_id as place_id, o.run_id as run_id, o.start_sec as start_sec,
    o.end_sec as certain_sec, o.end_sec as likely_sec, o.end_sec as possible_sec, 'itinerary' as end_method, o.told_no as told_no,
    c.from_sec as from_sec, c.to_sec as to_sec
  from ${rows}
  join ${t('cases')} c on c.case_no = o.case_no`;
  script.make(
    'visits',
    `select u.case_no as case_no, u.person_id as person_id, u.place_id as place_id, u.run_id as run_id,
  ${['start_sec', 'certain_sec', 'likely_sec', 'possible_sec'].map(clamped).join(', ')}, u.end_method as end_method, u.told_no as told_no
from (
  select c.case_no as case_no, s.person_id as person_id, s.place_id as place_id, s.run_id as run_id, s.start_sec as start_sec,
    s.certain_sec as certain_sec, s.likely_sec as likely_sec, s.possible_sec as possible_sec, s.end_method as end_method, 0 as told_no,
    c.from_sec as from_sec, c.to_sec as to_sec
  from ${t('stays')} s
  join ${t('cases')} c on c.person_id = s.person_id
  where c.has_stays = 1${excludeConflicts ? ' and s.is_conflict = 0' : ''}
  union all
${told(`${t('told_on')} o`)}
  union all
${told(`${t('told')} o
  left join (select distinct x.told_no as told_no from ${t('told_on')} x) q on q.told_no = o.told_no`)}
  where q.told_no is null
) u
where (u.start_sec = u.possible_sec and u.from_sec <= u.start_sec and u.start_sec < u.to_sec)
   or (u.start_sec < u.possible_sec and greatest(u.start_sec, u.from_sec) < least(u.possible_sec, u.to_sec))`,
  );
}

/** Makes `rooms` and `episodes`. */
export function addEpisodes(script: Script, question: QuestionSettings, stays: Pick<StaySettings, 'places'>): void {
  const { lagSec, isClosed, minOverlapSec, excludeConflicts, binSec, shards = 1 } = question;
  const { dialect: d } = script;
  const t = (table: string): string => script.name(table);
  addRooms(script, question, stays);
  const overlap = (grade: string): string => `least(v.${grade}, s.${grade}) - greatest(v.start_sec, s.start_sec)`;
  const raw = overlap('possible_sec');
  const together = `${raw} >= ${isClosed ? 0 : 1}`;
  const after = `least(s.possible_sec, v.possible_sec + ${lagSec}) - greatest(s.start_sec, v.possible_sec)`;
  const meets = [
    minOverlapSec > 0 ? `(${together} and ${raw} >= ${minOverlapSec})` : `(${together})`,
    ...(lagSec > 0 ? [`(not (${together}) and ${after} > 0)`] : []),
  ];
  const stay = [
    'person_id',
    'place_id',
    'run_id',
    'stay_sec',
    'start_sec',
    'certain_sec',
    'likely_sec',
    'possible_sec',
    'end_method',
    'is_capped',
    'is_conflict',
  ];
  // Visits and those who meet them are cut by the place of the visit: each pair is in one part, and all parts together are the whole.
  const within = (place: string, shard: number | undefined): string => (shard === undefined ? '' : ` where ${d.shard(place, shards)} = ${shard}`);
  const episodesOf = (
    shard: number | undefined,
  ): string => `select c.case_id as case_id, s.person_id as contact_id, case when ${together} then 'together' else 'after' end as kind,
  v.place_id as place_id, s.place_id as contact_place_id, s.run_id as run_id,
  ${(['certain', 'likely', 'possible'] as const).map((grade) => `greatest(0, ${overlap(`${grade}_sec`)}) as overlap_${grade}_s`).join(',\n  ')},
  greatest(0, ${after}) as after_s,
  v.start_sec as case_start, v.certain_sec as case_end_certain, v.likely_sec as case_end_likely, v.possible_sec as case_end_possible, v.end_method as case_method,
  s.start_sec as contact_start, s.certain_sec as contact_end_certain, s.likely_sec as contact_end_likely, s.possible_sec as contact_end_possible, s.end_method as contact_method,
  s.stay_sec as stay_sec, s.is_capped as is_capped, s.is_conflict as is_conflict${shard === undefined ? '' : `, ${d.int(`${shard}`)} as shard_no`}
from (
  select ${columnsOf('a', VISIT)}, ${d.each(d.quotient('a.start_sec', binSec), d.quotient(`a.possible_sec + ${lagSec}`, binSec))} as bin from ${t('visits')} a${within('a.place_id', shard)}
) v
join (
  select ${columnsOf('b', stay)}, r.case_place as case_place, ${d.each(d.quotient('b.start_sec', binSec), d.quotient('b.possible_sec', binSec))} as bin
  from ${t('stays')} b
  join ${t('rooms')} r on r.place_id = b.place_id and r.run_id = b.run_id${within('r.case_place', shard)}
) s on s.case_place = v.place_id and s.run_id = v.run_id and s.bin = v.bin
join ${t('cases')} c on c.case_no = v.case_no
where s.person_id <> v.person_id
  and v.bin = ${d.quotient('greatest(v.start_sec, s.start_sec)', binSec)}
  and (${meets.join(' or ')})${excludeConflicts ? '\n  and s.is_conflict = 0' : ''}`;
  if (shards === 1) script.make('episodes', episodesOf(undefined));
  else addShards(script, shards, episodesOf);
}

/** `episodes` of its shards, each a table, so that one which was not made is an error and no gap; and that each is there whole. */
function addShards(script: Script, shards: number, episodesOf: (shard: number) => string): void {
  const { dialect: d } = script;
  const all = Array.from({ length: shards }, (_, shard) => shard);
  const union = (select: (shard: number) => string): string => all.map(select).join('\nunion all\n');
  for (const shard of all) script.make(shardTable(shard), episodesOf(shard));
  script.make(
    'episodes',
    union((shard) => `select e.* from ${script.name(shardTable(shard))} e`),
  );
  const own = d.shard('v.place_id', shards);
  script.check('visits in shards', `select count(*) as must_be_0 from ${script.name('visits')} v where ${own} is null or ${own} < 0 or ${own} >= ${shards}`);
  script.check(
    'shards',
    `select count(*) as must_be_0 from (
  select q.shard_no as shard_no from (
select e.shard_no as shard_no, ${d.int('count(*)')} as rows_of from ${script.name('episodes')} e group by e.shard_no
union all
${union((shard) => `select ${d.int(`${shard}`)} as shard_no, -${d.int('count(*)')} as rows_of from ${script.name(shardTable(shard))} e`)}
  ) q group by q.shard_no having sum(q.rows_of) <> 0
) x`,
  );
}

/** The table of one shard of the episodes. */
export const shardTable = (shard: number): string => `episodes_${shard}`;

/** `rooms`: the places and runs that someone must have been at to meet a visit. */
function addRooms(script: Script, { scope }: QuestionSettings, stays: Pick<StaySettings, 'places'>): void {
  const t = (table: string): string => script.name(table);
  const visited = `(select distinct v.place_id as place_id, v.run_id as run_id from ${t('visits')} v) v`;
  if (scope === 'meets') {
    script.make(
      'rooms',
      `select distinct v.place_id as case_place, coalesce(m.place_id, v.place_id) as place_id, v.run_id as run_id
from ${visited}
left join ${t('meets')} m on m.case_place = v.place_id`,
    );
    return;
  }
  const isParent = scope === 'parent' && hasParents(stays);
  if (isParent) {
    // A topmost ancestor has no parent, whether it is listed or not; it shares its key with all below it.
    const tops = `select a.place_id as place_id, a.above_id as key_id from ${t('above')} a
left join (select p.place_id as place_id from ${t('places')} p where p.parent_id <> '') q on q.place_id = a.above_id
where q.place_id is null`;
    script.make('keys', `${tops}\nunion all\nselect distinct k.key_id as place_id, k.key_id as key_id from (\n${tops}\n) k`);
  }
  if (isParent || scope === 'keys') {
    script.make(
      'rooms',
      `select distinct v.place_id as case_place, coalesce(b.place_id, v.place_id) as place_id, v.run_id as run_id
from ${visited}
left join ${t('keys')} a on a.place_id = v.place_id
left join ${t('keys')} b on b.key_id = a.key_id`,
    );
    return;
  }
  script.make('rooms', `select v.place_id as case_place, v.place_id as place_id, v.run_id as run_id from ${visited}`);
}
