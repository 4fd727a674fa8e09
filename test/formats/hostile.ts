/** A small outbreak whose ids are what no format likes, and its lists as a run wrote them. */
import { csvRows, quoted } from '../support/csv.js';
import { runCli, type CliRun } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

/** Ids that break quoting, formulas, XML, paths, encodings or cells; none holds what XML cannot. */
export const HOSTILE: readonly string[] = [
  'plain',
  `=cmd|' /C calc'!A0`,
  '+8613800000000',
  '-2+3',
  '@SUM(A1)',
  `'=quoted`,
  'a,b;"c"|d',
  'two\nlines',
  'tab\tand\rreturn',
  '##remark',
  '<b a="x">&amp;]]></b>',
  '_x0041_ and _x005F_',
  '../../etc/passwd',
  '00123456789012345678',
  '1.50',
  'TRUE',
  '😀 𝒳 é',
  '中文名字',
  '\uFF1Dfull',
  'x'.repeat(40_000),
  `${'é😀<&_x000D_'.repeat(4000)}!`,
];

/** The case is `index`, at `hall` all morning; each of `ids` is there for some minutes, at places with hostile names too. */
export function hostileFiles(ids: readonly string[] = HOSTILE): Readonly<Record<string, string>> {
  const scan = (person: string, place: string, from: string, to: string): string => [quoted(person), quoted(place), from, to].join(',');
  const times = (i: number): [string, string] => [`2022-03-01T0${8 + (i % 2)}:${String(10 + i).padStart(2, '0')}:00Z`, '2022-03-01T10:30:00Z'];
  const place = (i: number): string => (i % 3 === 0 ? 'hall' : `hall ${ids[i]!.slice(0, 50)}`);
  const places = ['hall', ...ids.flatMap((_, i) => (i % 3 === 0 ? [] : [place(i)]))];
  const checkIns = [
    ...[...new Set(places)].map((each) => scan('index', each, '2022-03-01T08:00:00Z', '2022-03-01T11:00:00Z')),
    ...ids.map((id, i) => scan(id, place(i), ...times(i))),
  ];
  return {
    'checkins.csv': `person_id,place_id,time,check_out\n${checkIns.join('\n')}\n`,
    'cases.csv': 'person_id,case_id,onset_date,type\nindex,"case, 1",2022-03-02,index case\n',
    'places.csv': `place_id,name,lat,lon\n${[...new Set(places)].map((each, i) => `${quoted(each)},${quoted(`name of ${each}`)},${i % 2 === 0 ? `${30 + i},${-120.5 - i}` : ','}`).join('\n')}\n`,
  };
}

export interface Exported {
  readonly folder: TempFolder;
  run(format: string, out: string, ...flags: readonly string[]): Promise<CliRun>;
  rows(list: string): Record<string, string>[];
}

/** Matches the files, and exports from the lists. */
export async function matched(files: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<Exported> {
  const folder = new TempFolder();
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  const named = Object.keys(files).flatMap((name) => [`--${name.split('.')[0]!}`, folder.at(name)]);
  const run = await runCli(['match', ...named, '--tz', 'Asia/Shanghai', '--out', folder.at('lists'), ...flags]);
  if (run.code !== 0) throw new Error(run.err);
  return {
    folder,
    run: (format, out, ...more) => runCli(['export', folder.at('lists'), '--format', format, '--out', folder.at(out), ...more]),
    rows: (list) => csvRows(folder.read(`lists/${list}.csv`)),
  };
}
