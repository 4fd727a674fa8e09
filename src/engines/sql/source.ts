/** Statements that bring the user's tables into one shape: check-ins without duplicates, places with their dwell times, who is whose parent, listed runs. */
import { VEHICLE_CATEGORIES } from '../../model/place.js';
import type { Dwell } from '../../stays/dwell.js';
import type { Script } from './script.js';

/** A table of the engine, and the columns of it that hold the SPEC's columns: SPEC's name → name or expression there. */
export interface SourceTable {
  readonly table: string;
  readonly columns: Readonly<Record<string, string>>;
}

export interface StaySettings {
  readonly checkins: SourceTable;
  readonly places?: SourceTable | undefined;
  readonly runs?: SourceTable | undefined;
  /** What times are: whole seconds since 1970, or the engine's type of instants. */
  readonly times: 'epoch' | 'instant';
  readonly dwell: Dwell;
  readonly runGapSec: number;
  readonly skewSec: number;
  /** How many parents can stand above each other; more fail the check `parents`. */
  readonly parentLevels: number;
}

/** Stands for "no end": later than any instant that is accepted. */
export const FAR = 99_999_999_999;
/** What SPEC section 3 accepts. */
const FIRST_SEC = 946_684_800;
const LAST_SEC = 4_102_444_800;

/** Makes `dwell`, `places`, `above`, `related`, `checkins` and `listed`. */
export function addSources(script: Script, settings: StaySettings): void {
  const { dialect: d } = script;
  const rows = Object.entries(settings.dwell.toJSON()).map(([category, { least, typical, most }]) => [category, least * 60, typical * 60, most * 60]);
  const int = (name: string) => ({ name, type: 'int' as const });
  script.makeRows('dwell', [{ name: 'category', type: 'text' }, int('least_sec'), int('typical_sec'), int('most_sec')], rows);
  addPlaces(script, settings);
  addCheckIns(script, settings);

  const { runs } = settings;
  const columns = [{ name: 'place_id', type: 'text' as const }, { name: 'run_id', type: 'text' as const }, int('start_sec'), int('end_sec')];
  if (!runs) script.makeRows('listed', columns, []);
  else {
    const line = runs.columns['line_id'];
    const sec = secondsOf(script, settings, runs);
    script.make(
      'listed',
      `select place_id, run_id, start_sec, end_sec from (
  select distinct ${d.text(column(script, runs, 'vehicle_id'))} as place_id, ${d.text(column(script, runs, 'run_id'))} as run_id,
    ${sec('start')} as start_sec, ${sec('end')} as end_sec, ${line === undefined ? "''" : textOr(script, runs, 'line_id')} as line_id
  from ${script.source(runs.table)} r
) u`,
    );
    script.check(
      'runs',
      `select count(*) as must_be_0 from ${script.name('listed')} r where ${badText('r.place_id')} or ${badText('r.run_id')} or ${badSec('r.start_sec')} or ${badSec('r.end_sec')} or r.end_sec < r.start_sec`,
    );
  }
}

function addPlaces(script: Script, { places, parentLevels }: StaySettings): void {
  const { dialect: d } = script;
  const texts = ['place_id', 'category', 'parent_id'].map((name) => ({ name, type: 'text' as const }));
  const ints = ['is_vehicle', 'least_sec', 'typical_sec', 'most_sec'].map((name) => ({ name, type: 'int' as const }));
  if (places) {
    const vehicles = VEHICLE_CATEGORIES.map((category) => d.literal(category)).join(', ');
    script.make(
      'places',
      `select p.place_id as place_id, p.category as category, p.parent_id as parent_id, p.is_vehicle as is_vehicle,
  coalesce(w.least_sec, f.least_sec) as least_sec, coalesce(w.typical_sec, f.typical_sec) as typical_sec, coalesce(w.most_sec, f.most_sec) as most_sec
from (
  select distinct s.place_id as place_id, case when s.category = '' then 'default' else s.category end as category, s.parent_id as parent_id,
    case when s.kind = 'vehicle' or (s.kind = '' and s.category in (${vehicles})) then 1 else 0 end as is_vehicle
  from (
    select ${d.text(column(script, places, 'place_id'))} as place_id, ${textOr(script, places, 'kind')} as kind,
      ${textOr(script, places, 'category')} as category, ${textOr(script, places, 'parent_id')} as parent_id
    from ${script.source(places.table)} r
  ) s
) p
left join ${script.name('dwell')} w on w.category = p.category
cross join (select * from ${script.name('dwell')} x where x.category = 'default') f`,
    );
    script.check(
      'places',
      `select count(*) as must_be_0 from (select p.place_id from ${script.name('places')} p group by p.place_id having count(*) > 1 or ${badText('p.place_id')}) q`,
    );
  } else script.makeRows('places', [...texts, ...ints], []);

  const chain = (levels: number): string => {
    const joins = Array.from({ length: levels - 1 }, (_, i) => `join ${script.name('places')} p${i + 2} on p${i + 2}.place_id = p${i + 1}.parent_id`);
    return `select p1.place_id as place_id, p${levels}.parent_id as above_id from ${script.name('places')} p1 ${joins.join(' ')} where p${levels}.parent_id <> ''`;
  };
  if (hasParents({ places })) {
    script.make('above', Array.from({ length: parentLevels }, (_, i) => chain(i + 1)).join('\nunion all\n'));
    script.check('parents', `select count(*) as must_be_0 from (${chain(parentLevels + 1)}) q`);
    const above = script.name('above');
    script.make(
      'related',
      `select place_id, above_id as other_id from ${above} a\nunion all\nselect above_id as place_id, place_id as other_id from ${above} b`,
    );
  }
}

/** Whether places can have parents at all: without them several statements are left out. */
export const hasParents = ({ places }: Pick<StaySettings, 'places'>): boolean => places?.columns['parent_id'] !== undefined;

function addCheckIns(script: Script, settings: StaySettings): void {
  const { checkins } = settings;
  const { dialect: d } = script;
  const sec = secondsOf(script, settings, checkins);
  const row = checkins.columns['row_id'];
  script.make(
    'checkins',
    `select s.person_id as person_id, s.place_id as place_id, s.at_sec as at_sec, s.out_sec as out_sec, s.named_run as named_run,
  s.carriage as carriage, s.seat as seat, min(s.row_id) as row_id
from (
  select ${d.text(column(script, checkins, 'person_id'))} as person_id, ${d.text(column(script, checkins, 'place_id'))} as place_id, ${sec('time')} as at_sec,
    ${checkins.columns['check_out'] === undefined ? d.int('0') : `coalesce(${sec('check_out')}, 0)`} as out_sec, ${textOr(script, checkins, 'run_id')} as named_run,
    ${textOr(script, checkins, 'carriage')} as carriage, ${textOr(script, checkins, 'seat')} as seat,
    ${row === undefined ? d.int('0') : d.int(column(script, checkins, 'row_id'))} as row_id
  from ${script.source(checkins.table)} r
) s
group by s.person_id, s.place_id, s.at_sec, s.out_sec, s.named_run, s.carriage, s.seat`,
  );
  script.check(
    'checkins',
    `select count(*) as must_be_0 from ${script.name('checkins')} c
where ${badText('c.person_id')} or ${badText('c.place_id')} or ${badSec('c.at_sec')} or c.out_sec < 0 or c.out_sec >= ${LAST_SEC} or (c.out_sec > 0 and c.out_sec < c.at_sec)`,
  );
}

const badText = (expression: string): string => `${expression} is null or ${expression} = ''`;
const badSec = (expression: string): string => `${expression} is null or ${expression} < ${FIRST_SEC} or ${expression} >= ${LAST_SEC}`;

const column = (script: Script, source: SourceTable, name: string): string => `r.${script.dialect.quoteName(source.columns[name] ?? name)}`;

/** An optional text: '' where there is none. */
function textOr(script: Script, source: SourceTable, name: string): string {
  return source.columns[name] === undefined ? "''" : `coalesce(${script.dialect.text(column(script, source, name))}, '')`;
}

function secondsOf(script: Script, { times }: StaySettings, source: SourceTable): (name: string) => string {
  const { dialect: d } = script;
  return (name) => (times === 'instant' ? d.epoch(column(script, source, name)) : d.int(column(script, source, name)));
}
