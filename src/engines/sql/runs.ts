/** Statements for runs (SPEC section 4): cut from scans where the table has none, and found for each check-in. */
import { BOARDING_SEC } from '../../stays/segment-runs.js';
import type { Script } from './script.js';
import { FAR, type StaySettings } from './source.js';

/** Width of the bins in which check-ins look for their run. */
const BIN_SEC = 21_600;

/** Makes `spans`, `runs` and `run_of`. */
export function addRuns(script: Script, { runGapSec }: StaySettings): void {
  const { dialect: d } = script;
  const t = (table: string): string => script.name(table);
  // The row before is the largest before, since rows are in order; so every engine says it in the same words.
  script.make(
    'spans',
    `select n.place_id as place_id, n.span_no as span_no, min(n.at_sec) as start_sec, max(n.at_sec) as last_sec
from (
  select m.place_id as place_id, m.at_sec as at_sec,
    ${d.int('sum(m.is_new) over (partition by m.place_id order by m.at_sec rows between unbounded preceding and current row)')} as span_no
  from (
    select s.place_id as place_id, s.at_sec as at_sec,
      case when s.at_sec - max(s.at_sec) over (partition by s.place_id order by s.at_sec rows between unbounded preceding and 1 preceding) < ${runGapSec} then 0 else 1 end as is_new
    from (
      select distinct c.place_id as place_id, c.at_sec as at_sec
      from ${t('checkins')} c
      join ${t('places')} p on p.place_id = c.place_id
      left join (select distinct place_id from ${t('listed')} r) l on l.place_id = c.place_id
      where p.is_vehicle = 1 and c.named_run = '' and l.place_id is null
    ) s
  ) m
) n
group by n.place_id, n.span_no`,
  );
  script.make(
    'runs',
    `select l.place_id as place_id, l.run_id as run_id, l.start_sec as start_sec, l.end_sec as end_sec from ${t('listed')} l
union all
select q.place_id as place_id, q.run_id as run_id, q.start_sec as start_sec,
  least(q.last_sec + q.most_sec, coalesce(nullif(q.next_sec, 0), ${FAR})) as end_sec
from (
  select s.place_id as place_id, concat(s.place_id, '#', ${d.text('s.span_no')}) as run_id, s.start_sec as start_sec, s.last_sec as last_sec, p.most_sec as most_sec,
    min(s.start_sec) over (partition by s.place_id order by s.start_sec desc rows between unbounded preceding and 1 preceding) as next_sec
  from ${t('spans')} s
  join ${t('places')} p on p.place_id = s.place_id
) q`,
  );
  const nearest = (
    rows: string,
  ): string => `select q.place_id as place_id, q.named_run as named_run, q.at_sec as at_sec, q.run_id as run_id, q.end_sec as end_sec
from (
  select u.*, row_number() over (partition by u.place_id, u.named_run, u.at_sec
    order by abs(u.at_sec - u.start_sec), u.start_sec desc, ${d.bytewise('u.run_id')}, u.end_sec desc) as nth
  from (
${rows}
  ) u
) q
where q.nth = 1`;
  const asked = (test: string): string =>
    `select distinct c.place_id as place_id, c.named_run as named_run, c.at_sec as at_sec from ${t('checkins')} c where ${test}`;
  const columns = 'k.place_id as place_id, k.named_run as named_run, k.at_sec as at_sec, r.run_id as run_id, r.start_sec as start_sec, r.end_sec as end_sec';
  script.make(
    'run_of',
    `${nearest(`    select ${columns}
    from (${asked("c.named_run <> ''")}) k
    join ${t('listed')} r on r.place_id = k.place_id and r.run_id = k.named_run`)}
union all
${nearest(`    select ${columns}
    from (
      select s.place_id as place_id, s.named_run as named_run, s.at_sec as at_sec, ${d.quotient('s.at_sec', BIN_SEC)} as bin
      from (${asked("c.named_run = ''")}) s
    ) k
    join (
      select a.place_id as place_id, a.run_id as run_id, a.start_sec as start_sec, a.end_sec as end_sec,
        ${d.each(d.quotient(`a.start_sec - ${BOARDING_SEC}`, BIN_SEC), d.quotient('a.end_sec', BIN_SEC))} as bin
      from ${t('runs')} a
      join ${t('places')} p on p.place_id = a.place_id
      where p.is_vehicle = 1
    ) r on r.place_id = k.place_id and r.bin = k.bin
    where r.start_sec - ${BOARDING_SEC} <= k.at_sec and k.at_sec < r.end_sec`)}`,
  );
}
