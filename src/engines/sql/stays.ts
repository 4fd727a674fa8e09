/** Statements that infer stays from check-ins (SPEC section 4): the same result as `stays/infer-stays`, said in joins and windows. */
import { DAY_SEC } from '../../core/zone.js';
import { addRuns } from './runs.js';
import type { Script } from './script.js';
import { FAR, addSources, hasParents, type StaySettings } from './source.js';

const KEY = ['person_id', 'place_id', 'run_id'] as const;
/** A window frame that ends before the current row, and one that ends with it. */
const BEFORE = 'rows between unbounded preceding and 1 preceding';
const SO_FAR = 'rows between unbounded preceding and current row';

const columnsOf = (alias: string, names: readonly string[]): string => names.map((name) => `${alias}.${name} as ${name}`).join(', ');

/** Makes `stays`, and `rows`: which check-in is part of which stay. */
export function addStays(script: Script, settings: StaySettings): void {
  addSources(script, settings);
  addRuns(script, settings);
  addBounds(script, settings);
  addNextScans(script, settings);
  addJoined(script, settings);
  addFlagged(script, settings);
}

const SCAN = ['person_id', 'place_id', 'run_id', 'at_sec', 'out_sec', 'named_run', 'carriage', 'seat', 'row_id'];

/** `scans`: check-ins with their run, and when they end if no later scan says more. */
function addBounds(script: Script, { dwell }: StaySettings): void {
  const t = (table: string): string => script.name(table);
  const { leastSec, typicalSec, mostSec } = dwell.of('default');
  script.make(
    'scans',
    `select ${columnsOf('b', SCAN)}, b.least_sec as least_sec, b.typical_sec as typical_sec,
  least(b.at_sec + b.most_sec, b.run_end) as bound_sec, case when b.run_end <= b.at_sec + b.most_sec then 'run-end' else 'cap' end as bound_method
from (
  select ${columnsOf(
    'c',
    SCAN.filter((name) => name !== 'run_id'),
  )}, coalesce(r.run_id, c.named_run) as run_id, coalesce(r.end_sec, ${FAR}) as run_end,
    coalesce(p.least_sec, ${leastSec}) as least_sec, coalesce(p.typical_sec, ${typicalSec}) as typical_sec, coalesce(p.most_sec, ${mostSec}) as most_sec
  from ${t('checkins')} c
  left join ${t('run_of')} r on r.place_id = c.place_id and r.named_run = c.named_run and r.at_sec = c.at_sec
  left join ${t('places')} p on p.place_id = c.place_id
) b`,
  );
}

/**
 * `elsewhere`: the person's first later instant at another place, for each of their instants. Instants with several places are a class of their own
 * (''), so that an island is a stretch of instants at one place. `unrelated`: the same past related places, for check-ins at places that have any.
 */
function addNextScans(script: Script, settings: StaySettings): void {
  const { dialect: d } = script;
  const t = (table: string): string => script.name(table);
  const inOrder = 'partition by i.person_id order by i.at_sec';
  script.make(
    'elsewhere',
    `select w.person_id as person_id, w.at_sec as at_sec, w.next_place as next_place, w.next_sec as next_sec, w.island_sec as island_sec
from (
  select i.person_id as person_id, i.at_sec as at_sec, ${d.beside('lead', 'i.only_place', inOrder)} as next_place,
    ${d.beside('lead', 'i.at_sec', inOrder)} as next_sec, ${d.beside('lead', 'i.island_sec', inOrder)} as island_sec
  from (
    select f.person_id as person_id, f.at_sec as at_sec, f.only_place as only_place,
      min(case when f.is_new = 1 then f.at_sec end) over (partition by f.person_id order by f.at_sec desc ${BEFORE}) as island_sec
    from (
      select i.person_id as person_id, i.at_sec as at_sec, i.only_place as only_place,
        case when i.only_place <> '' and i.only_place = ${d.beside('lag', 'i.only_place', inOrder)} then 0 else 1 end as is_new
      from (
        select c.person_id as person_id, c.at_sec as at_sec, case when min(c.place_id) = max(c.place_id) then min(c.place_id) else '' end as only_place
        from ${t('checkins')} c group by c.person_id, c.at_sec
      ) i
    ) f
  ) i
) w
where w.next_sec is not null`,
  );
  if (!hasParents(settings)) return;
  const having = `select distinct r.place_id as place_id from ${t('related')} r`;
  const key = ['person_id', 'place_id', 'at_sec', 'bound_sec'];
  script.make(
    'unrelated',
    `select ${columnsOf('k', key)}, min(o.at_sec) as next_sec
from (
  select ${columnsOf('s', key)}, ${d.each(d.quotient('s.at_sec', DAY_SEC), d.quotient('s.bound_sec', DAY_SEC))} as bin
  from (
    select distinct ${columnsOf('c', key)} from ${t('scans')} c join (${having}) h on h.place_id = c.place_id
    where c.out_sec = 0 and c.bound_sec > c.at_sec
  ) s
) k
join (select c.person_id as person_id, c.place_id as place_id, c.at_sec as at_sec, ${d.quotient('c.at_sec', DAY_SEC)} as bin from ${t('checkins')} c) o
  on o.person_id = k.person_id and o.bin = k.bin
left join ${t('related')} r on r.place_id = k.place_id and r.other_id = o.place_id
where o.at_sec > k.at_sec and o.at_sec <= k.bound_sec and o.place_id <> k.place_id and r.place_id is null
group by k.person_id, k.place_id, k.at_sec, k.bound_sec`,
  );
}

/** `ends`: check-ins with their three ends. `rows`: with the stay that each is part of. `joined`: the stays. */
function addJoined(script: Script, settings: StaySettings): void {
  const { dialect: d } = script;
  const t = (table: string): string => script.name(table);
  const islands = `case when e.next_sec is null then ${FAR} when e.next_place <> c.place_id then e.next_sec else coalesce(e.island_sec, ${FAR}) end`;
  const [next, joins] = hasParents(settings)
    ? [
        `case when h.place_id is null then ${islands} else coalesce(u.next_sec, ${FAR}) end`,
        `
    left join (select distinct r.place_id as place_id from ${t('related')} r) h on h.place_id = c.place_id
    left join ${t('unrelated')} u on u.person_id = c.person_id and u.place_id = c.place_id and u.at_sec = c.at_sec and u.bound_sec = c.bound_sec`,
      ]
    : [islands, ''];
  const kept = [...SCAN, 'least_sec', 'typical_sec'];
  script.make(
    'ends',
    `select ${columnsOf('g', SCAN)}, case when g.out_sec > 0 then g.possible_sec else least(g.at_sec + g.least_sec, g.possible_sec) end as certain_sec,
  case when g.out_sec > 0 then g.possible_sec else least(g.at_sec + g.typical_sec, g.possible_sec) end as likely_sec,
  g.possible_sec as possible_sec, g.end_method as end_method, case when g.out_sec > g.at_sec + ${DAY_SEC} then 1 else 0 end as is_capped
from (
  select ${columnsOf('f', kept)},
    case when f.out_sec > 0 then least(f.out_sec, f.at_sec + ${DAY_SEC}) else greatest(f.at_sec, least(f.bound_sec, f.next_sec)) end as possible_sec,
    case when f.out_sec > 0 then 'checkout' when f.next_sec <= f.bound_sec then 'next-scan' else f.bound_method end as end_method
  from (
    select ${columnsOf('c', [...kept, 'bound_sec', 'bound_method'])}, ${next} as next_sec
    from ${t('scans')} c
    left join ${t('elsewhere')} e on e.person_id = c.person_id and e.at_sec = c.at_sec${joins}
  ) f
) g`,
  );
  const order = `partition by e.person_id, e.place_id, e.run_id order by e.at_sec, ${d.bytewise('e.named_run')}, e.out_sec, ${d.bytewise('e.carriage')}, ${d.bytewise('e.seat')}`;
  const ended = [...SCAN, 'certain_sec', 'likely_sec', 'possible_sec', 'end_method', 'is_capped'];
  script.make(
    'rows',
    `select ${columnsOf('m', ended)}, m.nth as nth,
  max(case when m.is_new = 1 then m.at_sec end) over (partition by m.person_id, m.place_id, m.run_id order by m.nth ${SO_FAR}) as stay_sec
from (
  select ${columnsOf('e', ended)}, row_number() over (${order}) as nth,
    case when e.at_sec <= max(e.possible_sec) over (${order} ${BEFORE}) then 0 else 1 end as is_new
  from ${t('ends')} e
) m`,
  );
  const stay = 'partition by r.person_id, r.place_id, r.run_id, r.stay_sec';
  script.make(
    'joined',
    `select ${columnsOf('q', KEY)}, q.stay_sec as start_sec, max(q.certain_sec) as certain_sec, max(q.likely_sec) as likely_sec, max(q.possible_sec) as possible_sec,
  max(case when q.last_nth = 1 then q.end_method else '' end) as end_method, max(q.is_capped) as is_capped, count(*) as scans,
  max(case when q.nth = q.carriage_nth then q.carriage else '' end) as carriage, max(case when q.nth = q.seat_nth then q.seat else '' end) as seat
from (
  select r.*, row_number() over (${stay} order by r.possible_sec desc, r.nth desc) as last_nth,
    min(case when r.carriage <> '' then r.nth end) over (${stay}) as carriage_nth, min(case when r.seat <> '' then r.nth end) over (${stay}) as seat_nth
  from ${t('rows')} r
) q
group by q.person_id, q.place_id, q.run_id, q.stay_sec`,
  );
}

/** `stays`: with the flag `conflict` where someone was at two unrelated places at once, and with the skew of clocks. */
function addFlagged(script: Script, settings: StaySettings): void {
  const { dialect: d } = script;
  const t = (table: string): string => script.name(table);
  const sure = `(
  select ${columnsOf('j', [...KEY, 'start_sec', 'certain_sec'])}, ${d.each(d.quotient('j.start_sec', DAY_SEC), d.quotient('j.certain_sec', DAY_SEC))} as bin
  from ${t('joined')} j where j.certain_sec > j.start_sec
)`;
  const [join, test] = hasParents(settings)
    ? [`\nleft join ${t('related')} r on r.place_id = a.place_id and r.other_id = b.place_id`, ' and r.place_id is null']
    : ['', ''];
  script.make(
    'conflicts',
    `select distinct ${columnsOf('a', [...KEY, 'start_sec'])}
from ${sure} a
join ${sure} b on b.person_id = a.person_id and b.bin = a.bin${join}
where a.place_id <> b.place_id and a.start_sec < b.certain_sec and b.start_sec < a.certain_sec${test}`,
  );
  const { skewSec } = settings;
  const skewed = (name: string, by: number): string => (skewSec === 0 ? `j.${name}` : `greatest(j.start_sec - ${skewSec}, j.${name} - ${by * skewSec})`);
  script.make(
    'stays',
    `select ${columnsOf('j', KEY)}, j.start_sec as stay_sec, j.start_sec - ${skewSec} as start_sec, ${skewed('certain_sec', 2)} as certain_sec, ${skewed('likely_sec', 1)} as likely_sec,
  j.possible_sec + ${skewSec} as possible_sec, j.end_method as end_method, j.is_capped as is_capped, case when k.person_id is null then 0 else 1 end as is_conflict,
  j.carriage as carriage, j.seat as seat, j.scans as scans
from ${t('joined')} j
left join ${t('conflicts')} k on k.person_id = j.person_id and k.place_id = j.place_id and k.run_id = j.run_id and k.start_sec = j.start_sec`,
  );
}
