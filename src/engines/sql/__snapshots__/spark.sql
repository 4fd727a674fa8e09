-- setting 1
set spark.sql.parser.escapedStringLiterals=false;

-- setting 2
set spark.sql.ansi.enabled=true;

-- setting 3
set spark.sql.legacy.createHiveTableByDefault=false;

-- clear dwell
drop table if exists `copresence_dwell`;

-- dwell
create table `copresence_dwell` using parquet as
select cast(category as string) as category, cast(least_sec as bigint) as least_sec, cast(typical_sec as bigint) as typical_sec, cast(most_sec as bigint) as most_sec from (values
  ('default', 300, 1800, 7200),
  ('retail', 180, 1200, 5400),
  ('market', 300, 1500, 7200),
  ('food', 600, 2700, 10800),
  ('entertainment', 900, 5400, 18000),
  ('culture', 900, 5400, 18000),
  ('sports', 900, 4500, 14400),
  ('worship', 900, 4500, 14400),
  ('workplace', 1800, 28800, 43200),
  ('education', 1800, 21600, 36000),
  ('healthcare', 600, 3600, 14400),
  ('public_building', 300, 1800, 7200),
  ('station', 60, 600, 3600),
  ('residence', 3600, 36000, 86400),
  ('lodging', 3600, 36000, 86400),
  ('bus', 120, 1200, 5400),
  ('metro', 120, 1500, 7200),
  ('taxi', 180, 1200, 7200),
  ('ferry', 300, 1800, 14400),
  ('coach', 600, 5400, 28800),
  ('train', 600, 7200, 86400),
  ('aircraft', 1800, 7200, 57600)
) as v(category, least_sec, typical_sec, most_sec);

-- clear places
drop table if exists `copresence_places`;

-- places
create table `copresence_places` using parquet as
select p.place_id as place_id, p.category as category, p.parent_id as parent_id, p.is_vehicle as is_vehicle,
  coalesce(w.least_sec, f.least_sec) as least_sec, coalesce(w.typical_sec, f.typical_sec) as typical_sec, coalesce(w.most_sec, f.most_sec) as most_sec
from (
  select distinct s.place_id as place_id, case when s.category = '' then 'default' else s.category end as category, s.parent_id as parent_id,
    case when s.kind = 'vehicle' or (s.kind = '' and s.category in ('bus', 'metro', 'taxi', 'ferry', 'coach', 'train', 'aircraft')) then 1 else 0 end as is_vehicle
  from (
    select cast(r.`place_id` as string) as place_id, coalesce(cast(r.`kind` as string), '') as kind,
      coalesce(cast(r.`cat` as string), '') as category, coalesce(cast(r.`above` as string), '') as parent_id
    from `venues` r
  ) s
) p
left join `copresence_dwell` w on w.category = p.category
cross join (select * from `copresence_dwell` x where x.category = 'default') f;

-- places: must be 0
select count(*) as must_be_0 from (select p.place_id from `copresence_places` p group by p.place_id having count(*) > 1 or p.place_id is null or p.place_id = '') q;

-- clear above
drop table if exists `copresence_above`;

-- above
create table `copresence_above` using parquet as
select p1.place_id as place_id, p1.parent_id as above_id from `copresence_places` p1  where p1.parent_id <> ''
union all
select p1.place_id as place_id, p2.parent_id as above_id from `copresence_places` p1 join `copresence_places` p2 on p2.place_id = p1.parent_id where p2.parent_id <> '';

-- parents: must be 0
select count(*) as must_be_0 from (select p1.place_id as place_id, p3.parent_id as above_id from `copresence_places` p1 join `copresence_places` p2 on p2.place_id = p1.parent_id join `copresence_places` p3 on p3.place_id = p2.parent_id where p3.parent_id <> '') q;

-- clear related
drop table if exists `copresence_related`;

-- related
create table `copresence_related` using parquet as
select place_id, above_id as other_id from `copresence_above` a
union all
select above_id as place_id, place_id as other_id from `copresence_above` b;

-- clear checkins
drop table if exists `copresence_checkins`;

-- checkins
create table `copresence_checkins` using parquet as
select s.person_id as person_id, s.place_id as place_id, s.at_sec as at_sec, s.out_sec as out_sec, s.named_run as named_run,
  s.carriage as carriage, s.seat as seat, min(s.row_id) as row_id
from (
  select cast(r.`uid` as string) as person_id, cast(r.`place_id` as string) as place_id, cast(r.`scan_sec` as bigint) as at_sec,
    coalesce(cast(r.`out_sec` as bigint), 0) as out_sec, '' as named_run,
    '' as carriage, coalesce(cast(r.`seat` as string), '') as seat,
    cast(0 as bigint) as row_id
  from `dwd`.`scans` r
) s
group by s.person_id, s.place_id, s.at_sec, s.out_sec, s.named_run, s.carriage, s.seat;

-- checkins: must be 0
select count(*) as must_be_0 from `copresence_checkins` c
where c.person_id is null or c.person_id = '' or c.place_id is null or c.place_id = '' or c.at_sec is null or c.at_sec < 946684800 or c.at_sec >= 4102444800 or c.out_sec < 0 or c.out_sec >= 4102444800 or (c.out_sec > 0 and c.out_sec < c.at_sec);

-- clear listed
drop table if exists `copresence_listed`;

-- listed
create table `copresence_listed` using parquet as
select place_id, run_id, start_sec, end_sec from (
  select distinct cast(r.`vehicle_id` as string) as place_id, cast(r.`run_id` as string) as run_id,
    cast(r.`start` as bigint) as start_sec, cast(r.`end` as bigint) as end_sec, '' as line_id
  from `trips` r
) u;

-- runs: must be 0
select count(*) as must_be_0 from `copresence_listed` r where r.place_id is null or r.place_id = '' or r.run_id is null or r.run_id = '' or r.start_sec is null or r.start_sec < 946684800 or r.start_sec >= 4102444800 or r.end_sec is null or r.end_sec < 946684800 or r.end_sec >= 4102444800 or r.end_sec < r.start_sec;

-- clear spans
drop table if exists `copresence_spans`;

-- spans
create table `copresence_spans` using parquet as
select n.place_id as place_id, n.span_no as span_no, min(n.at_sec) as start_sec, max(n.at_sec) as last_sec
from (
  select m.place_id as place_id, m.at_sec as at_sec,
    cast(sum(m.is_new) over (partition by m.place_id order by m.at_sec rows between unbounded preceding and current row) as bigint) as span_no
  from (
    select s.place_id as place_id, s.at_sec as at_sec,
      case when s.at_sec - max(s.at_sec) over (partition by s.place_id order by s.at_sec rows between unbounded preceding and 1 preceding) < 2700 then 0 else 1 end as is_new
    from (
      select distinct c.place_id as place_id, c.at_sec as at_sec
      from `copresence_checkins` c
      join `copresence_places` p on p.place_id = c.place_id
      left join (select distinct place_id from `copresence_listed` r) l on l.place_id = c.place_id
      where p.is_vehicle = 1 and c.named_run = '' and l.place_id is null
    ) s
  ) m
) n
group by n.place_id, n.span_no;

-- clear runs
drop table if exists `copresence_runs`;

-- runs
create table `copresence_runs` using parquet as
select l.place_id as place_id, l.run_id as run_id, l.start_sec as start_sec, l.end_sec as end_sec from `copresence_listed` l
union all
select q.place_id as place_id, q.run_id as run_id, q.start_sec as start_sec,
  least(q.last_sec + q.most_sec, coalesce(nullif(q.next_sec, 0), 99999999999)) as end_sec
from (
  select s.place_id as place_id, concat(s.place_id, '#', cast(s.span_no as string)) as run_id, s.start_sec as start_sec, s.last_sec as last_sec, p.most_sec as most_sec,
    min(s.start_sec) over (partition by s.place_id order by s.start_sec desc rows between unbounded preceding and 1 preceding) as next_sec
  from `copresence_spans` s
  join `copresence_places` p on p.place_id = s.place_id
) q;

-- clear run_of
drop table if exists `copresence_run_of`;

-- run_of
create table `copresence_run_of` using parquet as
select q.place_id as place_id, q.named_run as named_run, q.at_sec as at_sec, q.run_id as run_id, q.end_sec as end_sec
from (
  select u.*, row_number() over (partition by u.place_id, u.named_run, u.at_sec
    order by abs(u.at_sec - u.start_sec), u.start_sec desc, u.run_id, u.end_sec desc) as nth
  from (
    select k.place_id as place_id, k.named_run as named_run, k.at_sec as at_sec, r.run_id as run_id, r.start_sec as start_sec, r.end_sec as end_sec
    from (select distinct c.place_id as place_id, c.named_run as named_run, c.at_sec as at_sec from `copresence_checkins` c where c.named_run <> '') k
    join `copresence_listed` r on r.place_id = k.place_id and r.run_id = k.named_run
  ) u
) q
where q.nth = 1
union all
select q.place_id as place_id, q.named_run as named_run, q.at_sec as at_sec, q.run_id as run_id, q.end_sec as end_sec
from (
  select u.*, row_number() over (partition by u.place_id, u.named_run, u.at_sec
    order by abs(u.at_sec - u.start_sec), u.start_sec desc, u.run_id, u.end_sec desc) as nth
  from (
    select k.place_id as place_id, k.named_run as named_run, k.at_sec as at_sec, r.run_id as run_id, r.start_sec as start_sec, r.end_sec as end_sec
    from (
      select s.place_id as place_id, s.named_run as named_run, s.at_sec as at_sec, ((s.at_sec) div 21600) as bin
      from (select distinct c.place_id as place_id, c.named_run as named_run, c.at_sec as at_sec from `copresence_checkins` c where c.named_run = '') s
    ) k
    join (
      select a.place_id as place_id, a.run_id as run_id, a.start_sec as start_sec, a.end_sec as end_sec,
        explode(sequence(((a.start_sec - 300) div 21600), ((a.end_sec) div 21600))) as bin
      from `copresence_runs` a
      join `copresence_places` p on p.place_id = a.place_id
      where p.is_vehicle = 1
    ) r on r.place_id = k.place_id and r.bin = k.bin
    where r.start_sec - 300 <= k.at_sec and k.at_sec < r.end_sec
  ) u
) q
where q.nth = 1;

-- clear scans
drop table if exists `copresence_scans`;

-- scans
create table `copresence_scans` using parquet as
select b.person_id as person_id, b.place_id as place_id, b.run_id as run_id, b.at_sec as at_sec, b.out_sec as out_sec, b.named_run as named_run, b.carriage as carriage, b.seat as seat, b.row_id as row_id, b.least_sec as least_sec, b.typical_sec as typical_sec,
  least(b.at_sec + b.most_sec, b.run_end) as bound_sec, case when b.run_end <= b.at_sec + b.most_sec then 'run-end' else 'cap' end as bound_method
from (
  select c.person_id as person_id, c.place_id as place_id, c.at_sec as at_sec, c.out_sec as out_sec, c.named_run as named_run, c.carriage as carriage, c.seat as seat, c.row_id as row_id, coalesce(r.run_id, c.named_run) as run_id, coalesce(r.end_sec, 99999999999) as run_end,
    coalesce(p.least_sec, 300) as least_sec, coalesce(p.typical_sec, 1800) as typical_sec, coalesce(p.most_sec, 7200) as most_sec
  from `copresence_checkins` c
  left join `copresence_run_of` r on r.place_id = c.place_id and r.named_run = c.named_run and r.at_sec = c.at_sec
  left join `copresence_places` p on p.place_id = c.place_id
) b;

-- clear elsewhere
drop table if exists `copresence_elsewhere`;

-- elsewhere
create table `copresence_elsewhere` using parquet as
select w.person_id as person_id, w.at_sec as at_sec, w.next_place as next_place, w.next_sec as next_sec, w.island_sec as island_sec
from (
  select i.person_id as person_id, i.at_sec as at_sec, lead(i.only_place) over (partition by i.person_id order by i.at_sec) as next_place,
    lead(i.at_sec) over (partition by i.person_id order by i.at_sec) as next_sec, lead(i.island_sec) over (partition by i.person_id order by i.at_sec) as island_sec
  from (
    select f.person_id as person_id, f.at_sec as at_sec, f.only_place as only_place,
      min(case when f.is_new = 1 then f.at_sec end) over (partition by f.person_id order by f.at_sec desc rows between unbounded preceding and 1 preceding) as island_sec
    from (
      select i.person_id as person_id, i.at_sec as at_sec, i.only_place as only_place,
        case when i.only_place <> '' and i.only_place = lag(i.only_place) over (partition by i.person_id order by i.at_sec) then 0 else 1 end as is_new
      from (
        select c.person_id as person_id, c.at_sec as at_sec, case when min(c.place_id) = max(c.place_id) then min(c.place_id) else '' end as only_place
        from `copresence_checkins` c group by c.person_id, c.at_sec
      ) i
    ) f
  ) i
) w
where w.next_sec is not null;

-- clear unrelated
drop table if exists `copresence_unrelated`;

-- unrelated
create table `copresence_unrelated` using parquet as
select k.person_id as person_id, k.place_id as place_id, k.at_sec as at_sec, k.bound_sec as bound_sec, min(o.at_sec) as next_sec
from (
  select s.person_id as person_id, s.place_id as place_id, s.at_sec as at_sec, s.bound_sec as bound_sec, explode(sequence(((s.at_sec) div 86400), ((s.bound_sec) div 86400))) as bin
  from (
    select distinct c.person_id as person_id, c.place_id as place_id, c.at_sec as at_sec, c.bound_sec as bound_sec from `copresence_scans` c join (select distinct r.place_id as place_id from `copresence_related` r) h on h.place_id = c.place_id
    where c.out_sec = 0 and c.bound_sec > c.at_sec
  ) s
) k
join (select c.person_id as person_id, c.place_id as place_id, c.at_sec as at_sec, ((c.at_sec) div 86400) as bin from `copresence_checkins` c) o
  on o.person_id = k.person_id and o.bin = k.bin
left join `copresence_related` r on r.place_id = k.place_id and r.other_id = o.place_id
where o.at_sec > k.at_sec and o.at_sec <= k.bound_sec and o.place_id <> k.place_id and r.place_id is null
group by k.person_id, k.place_id, k.at_sec, k.bound_sec;

-- clear ends
drop table if exists `copresence_ends`;

-- ends
create table `copresence_ends` using parquet as
select g.person_id as person_id, g.place_id as place_id, g.run_id as run_id, g.at_sec as at_sec, g.out_sec as out_sec, g.named_run as named_run, g.carriage as carriage, g.seat as seat, g.row_id as row_id, case when g.out_sec > 0 then g.possible_sec else least(g.at_sec + g.least_sec, g.possible_sec) end as certain_sec,
  case when g.out_sec > 0 then g.possible_sec else least(g.at_sec + g.typical_sec, g.possible_sec) end as likely_sec,
  g.possible_sec as possible_sec, g.end_method as end_method, case when g.out_sec > g.at_sec + 86400 then 1 else 0 end as is_capped
from (
  select f.person_id as person_id, f.place_id as place_id, f.run_id as run_id, f.at_sec as at_sec, f.out_sec as out_sec, f.named_run as named_run, f.carriage as carriage, f.seat as seat, f.row_id as row_id, f.least_sec as least_sec, f.typical_sec as typical_sec,
    case when f.out_sec > 0 then least(f.out_sec, f.at_sec + 86400) else greatest(f.at_sec, least(f.bound_sec, f.next_sec)) end as possible_sec,
    case when f.out_sec > 0 then 'checkout' when f.next_sec <= f.bound_sec then 'next-scan' else f.bound_method end as end_method
  from (
    select c.person_id as person_id, c.place_id as place_id, c.run_id as run_id, c.at_sec as at_sec, c.out_sec as out_sec, c.named_run as named_run, c.carriage as carriage, c.seat as seat, c.row_id as row_id, c.least_sec as least_sec, c.typical_sec as typical_sec, c.bound_sec as bound_sec, c.bound_method as bound_method, case when h.place_id is null then case when e.next_sec is null then 99999999999 when e.next_place <> c.place_id then e.next_sec else coalesce(e.island_sec, 99999999999) end else coalesce(u.next_sec, 99999999999) end as next_sec
    from `copresence_scans` c
    left join `copresence_elsewhere` e on e.person_id = c.person_id and e.at_sec = c.at_sec
    left join (select distinct r.place_id as place_id from `copresence_related` r) h on h.place_id = c.place_id
    left join `copresence_unrelated` u on u.person_id = c.person_id and u.place_id = c.place_id and u.at_sec = c.at_sec and u.bound_sec = c.bound_sec
  ) f
) g;

-- clear rows
drop table if exists `copresence_rows`;

-- rows
create table `copresence_rows` using parquet as
select m.person_id as person_id, m.place_id as place_id, m.run_id as run_id, m.at_sec as at_sec, m.out_sec as out_sec, m.named_run as named_run, m.carriage as carriage, m.seat as seat, m.row_id as row_id, m.certain_sec as certain_sec, m.likely_sec as likely_sec, m.possible_sec as possible_sec, m.end_method as end_method, m.is_capped as is_capped, m.nth as nth,
  max(case when m.is_new = 1 then m.at_sec end) over (partition by m.person_id, m.place_id, m.run_id order by m.nth rows between unbounded preceding and current row) as stay_sec
from (
  select e.person_id as person_id, e.place_id as place_id, e.run_id as run_id, e.at_sec as at_sec, e.out_sec as out_sec, e.named_run as named_run, e.carriage as carriage, e.seat as seat, e.row_id as row_id, e.certain_sec as certain_sec, e.likely_sec as likely_sec, e.possible_sec as possible_sec, e.end_method as end_method, e.is_capped as is_capped, row_number() over (partition by e.person_id, e.place_id, e.run_id order by e.at_sec, e.named_run, e.out_sec, e.carriage, e.seat) as nth,
    case when e.at_sec <= max(e.possible_sec) over (partition by e.person_id, e.place_id, e.run_id order by e.at_sec, e.named_run, e.out_sec, e.carriage, e.seat rows between unbounded preceding and 1 preceding) then 0 else 1 end as is_new
  from `copresence_ends` e
) m;

-- clear joined
drop table if exists `copresence_joined`;

-- joined
create table `copresence_joined` using parquet as
select q.person_id as person_id, q.place_id as place_id, q.run_id as run_id, q.stay_sec as start_sec, max(q.certain_sec) as certain_sec, max(q.likely_sec) as likely_sec, max(q.possible_sec) as possible_sec,
  max(case when q.last_nth = 1 then q.end_method else '' end) as end_method, max(q.is_capped) as is_capped, count(*) as scans,
  max(case when q.nth = q.carriage_nth then q.carriage else '' end) as carriage, max(case when q.nth = q.seat_nth then q.seat else '' end) as seat
from (
  select r.*, row_number() over (partition by r.person_id, r.place_id, r.run_id, r.stay_sec order by r.possible_sec desc, r.nth desc) as last_nth,
    min(case when r.carriage <> '' then r.nth end) over (partition by r.person_id, r.place_id, r.run_id, r.stay_sec) as carriage_nth, min(case when r.seat <> '' then r.nth end) over (partition by r.person_id, r.place_id, r.run_id, r.stay_sec) as seat_nth
  from `copresence_rows` r
) q
group by q.person_id, q.place_id, q.run_id, q.stay_sec;

-- clear conflicts
drop table if exists `copresence_conflicts`;

-- conflicts
create table `copresence_conflicts` using parquet as
select distinct a.person_id as person_id, a.place_id as place_id, a.run_id as run_id, a.start_sec as start_sec
from (
  select j.person_id as person_id, j.place_id as place_id, j.run_id as run_id, j.start_sec as start_sec, j.certain_sec as certain_sec, explode(sequence(((j.start_sec) div 86400), ((j.certain_sec) div 86400))) as bin
  from `copresence_joined` j where j.certain_sec > j.start_sec
) a
join (
  select j.person_id as person_id, j.place_id as place_id, j.run_id as run_id, j.start_sec as start_sec, j.certain_sec as certain_sec, explode(sequence(((j.start_sec) div 86400), ((j.certain_sec) div 86400))) as bin
  from `copresence_joined` j where j.certain_sec > j.start_sec
) b on b.person_id = a.person_id and b.bin = a.bin
left join `copresence_related` r on r.place_id = a.place_id and r.other_id = b.place_id
where a.place_id <> b.place_id and a.start_sec < b.certain_sec and b.start_sec < a.certain_sec and r.place_id is null;

-- clear stays
drop table if exists `copresence_stays`;

-- stays
create table `copresence_stays` using parquet as
select j.person_id as person_id, j.place_id as place_id, j.run_id as run_id, j.start_sec as stay_sec, j.start_sec - 0 as start_sec, j.certain_sec as certain_sec, j.likely_sec as likely_sec,
  j.possible_sec + 0 as possible_sec, j.end_method as end_method, j.is_capped as is_capped, case when k.person_id is null then 0 else 1 end as is_conflict,
  j.carriage as carriage, j.seat as seat, j.scans as scans
from `copresence_joined` j
left join `copresence_conflicts` k on k.person_id = j.person_id and k.place_id = j.place_id and k.run_id = j.run_id and k.start_sec = j.start_sec;

-- clear cases
drop table if exists `copresence_cases`;

-- cases
create table `copresence_cases` using parquet as
select cast(case_no as bigint) as case_no, cast(case_id as string) as case_id, cast(person_id as string) as person_id, cast(from_sec as bigint) as from_sec, cast(to_sec as bigint) as to_sec, cast(has_stays as bigint) as has_stays from (values
  (0, 'o\u0027c', '007', 1646092800, 99999999999, 1),
  (1, 'told', 'told', 0, 99999999999, 0)
) as v(case_no, case_id, person_id, from_sec, to_sec, has_stays);

-- clear told
drop table if exists `copresence_told`;

-- told
create table `copresence_told` using parquet as
select cast(told_no as bigint) as told_no, cast(case_no as bigint) as case_no, cast(place_id as string) as place_id, cast(run_id as string) as run_id, cast(start_sec as bigint) as start_sec, cast(end_sec as bigint) as end_sec from (values
  (1, 1, 'bus', '', 1646092800, 1646096400)
) as v(told_no, case_no, place_id, run_id, start_sec, end_sec);

-- clear told_on
drop table if exists `copresence_told_on`;

-- told_on
create table `copresence_told_on` using parquet as
select o.told_no as told_no, o.case_no as case_no, o.place_id as place_id, r.run_id as run_id,
  greatest(o.start_sec, r.start_sec - 300) as start_sec, least(o.end_sec, r.end_sec) as end_sec
from `copresence_told` o
join `copresence_places` p on p.place_id = o.place_id
join `copresence_runs` r on r.place_id = o.place_id
where o.run_id = '' and p.is_vehicle = 1 and greatest(o.start_sec, r.start_sec - 300) < least(o.end_sec, r.end_sec);

-- clear visits
drop table if exists `copresence_visits`;

-- visits
create table `copresence_visits` using parquet as
select u.case_no as case_no, u.person_id as person_id, u.place_id as place_id, u.run_id as run_id,
  least(greatest(u.start_sec, u.from_sec), u.to_sec) as start_sec, least(greatest(u.certain_sec, u.from_sec), u.to_sec) as certain_sec, least(greatest(u.likely_sec, u.from_sec), u.to_sec) as likely_sec, least(greatest(u.possible_sec, u.from_sec), u.to_sec) as possible_sec, u.end_method as end_method, u.told_no as told_no
from (
  select c.case_no as case_no, s.person_id as person_id, s.place_id as place_id, s.run_id as run_id, s.start_sec as start_sec,
    s.certain_sec as certain_sec, s.likely_sec as likely_sec, s.possible_sec as possible_sec, s.end_method as end_method, 0 as told_no,
    c.from_sec as from_sec, c.to_sec as to_sec
  from `copresence_stays` s
  join `copresence_cases` c on c.person_id = s.person_id
  where c.has_stays = 1
  union all
  select o.case_no as case_no, c.person_id as person_id, o.place_id as place_id, o.run_id as run_id, o.start_sec as start_sec,
    o.end_sec as certain_sec, o.end_sec as likely_sec, o.end_sec as possible_sec, 'itinerary' as end_method, o.told_no as told_no,
    c.from_sec as from_sec, c.to_sec as to_sec
  from `copresence_told_on` o
  join `copresence_cases` c on c.case_no = o.case_no
  union all
  select o.case_no as case_no, c.person_id as person_id, o.place_id as place_id, o.run_id as run_id, o.start_sec as start_sec,
    o.end_sec as certain_sec, o.end_sec as likely_sec, o.end_sec as possible_sec, 'itinerary' as end_method, o.told_no as told_no,
    c.from_sec as from_sec, c.to_sec as to_sec
  from `copresence_told` o
  left join (select distinct x.told_no as told_no from `copresence_told_on` x) q on q.told_no = o.told_no
  join `copresence_cases` c on c.case_no = o.case_no
  where q.told_no is null
) u
where (u.start_sec = u.possible_sec and u.from_sec <= u.start_sec and u.start_sec < u.to_sec)
   or (u.start_sec < u.possible_sec and greatest(u.start_sec, u.from_sec) < least(u.possible_sec, u.to_sec));

-- clear keys
drop table if exists `copresence_keys`;

-- keys
create table `copresence_keys` using parquet as
select a.place_id as place_id, a.above_id as key_id from `copresence_above` a
left join (select p.place_id as place_id from `copresence_places` p where p.parent_id <> '') q on q.place_id = a.above_id
where q.place_id is null
union all
select distinct k.key_id as place_id, k.key_id as key_id from (
select a.place_id as place_id, a.above_id as key_id from `copresence_above` a
left join (select p.place_id as place_id from `copresence_places` p where p.parent_id <> '') q on q.place_id = a.above_id
where q.place_id is null
) k;

-- clear rooms
drop table if exists `copresence_rooms`;

-- rooms
create table `copresence_rooms` using parquet as
select distinct v.place_id as case_place, coalesce(b.place_id, v.place_id) as place_id, v.run_id as run_id
from (select distinct v.place_id as place_id, v.run_id as run_id from `copresence_visits` v) v
left join `copresence_keys` a on a.place_id = v.place_id
left join `copresence_keys` b on b.key_id = a.key_id;

-- clear episodes
drop table if exists `copresence_episodes`;

-- episodes
create table `copresence_episodes` using parquet as
select c.case_id as case_id, s.person_id as contact_id, case when least(v.possible_sec, s.possible_sec) - greatest(v.start_sec, s.start_sec) >= 1 then 'together' else 'after' end as kind,
  v.place_id as place_id, s.place_id as contact_place_id, s.run_id as run_id,
  greatest(0, least(v.certain_sec, s.certain_sec) - greatest(v.start_sec, s.start_sec)) as overlap_certain_s,
  greatest(0, least(v.likely_sec, s.likely_sec) - greatest(v.start_sec, s.start_sec)) as overlap_likely_s,
  greatest(0, least(v.possible_sec, s.possible_sec) - greatest(v.start_sec, s.start_sec)) as overlap_possible_s,
  greatest(0, least(s.possible_sec, v.possible_sec + 1800) - greatest(s.start_sec, v.possible_sec)) as after_s,
  v.start_sec as case_start, v.certain_sec as case_end_certain, v.likely_sec as case_end_likely, v.possible_sec as case_end_possible, v.end_method as case_method,
  s.start_sec as contact_start, s.certain_sec as contact_end_certain, s.likely_sec as contact_end_likely, s.possible_sec as contact_end_possible, s.end_method as contact_method,
  s.stay_sec as stay_sec, s.is_capped as is_capped, s.is_conflict as is_conflict
from (
  select a.case_no as case_no, a.person_id as person_id, a.place_id as place_id, a.run_id as run_id, a.start_sec as start_sec, a.certain_sec as certain_sec, a.likely_sec as likely_sec, a.possible_sec as possible_sec, a.end_method as end_method, a.told_no as told_no, explode(sequence(((a.start_sec) div 3600), ((a.possible_sec + 1800) div 3600))) as bin from `copresence_visits` a
) v
join (
  select b.person_id as person_id, b.place_id as place_id, b.run_id as run_id, b.stay_sec as stay_sec, b.start_sec as start_sec, b.certain_sec as certain_sec, b.likely_sec as likely_sec, b.possible_sec as possible_sec, b.end_method as end_method, b.is_capped as is_capped, b.is_conflict as is_conflict, r.case_place as case_place, explode(sequence(((b.start_sec) div 3600), ((b.possible_sec) div 3600))) as bin
  from `copresence_stays` b
  join `copresence_rooms` r on r.place_id = b.place_id and r.run_id = b.run_id
) s on s.case_place = v.place_id and s.run_id = v.run_id and s.bin = v.bin
join `copresence_cases` c on c.case_no = v.case_no
where s.person_id <> v.person_id
  and v.bin = ((greatest(v.start_sec, s.start_sec)) div 3600)
  and ((least(v.possible_sec, s.possible_sec) - greatest(v.start_sec, s.start_sec) >= 1) or (not (least(v.possible_sec, s.possible_sec) - greatest(v.start_sec, s.start_sec) >= 1) and least(s.possible_sec, v.possible_sec + 1800) - greatest(s.start_sec, v.possible_sec) > 0));

-- answer
select * from `copresence_episodes` e order by e.case_id, e.contact_id, e.case_start, e.contact_start, e.place_id, e.contact_place_id, e.run_id;
