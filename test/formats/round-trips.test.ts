/** What is exported is read back by readers that know nothing of the writers: nothing that a format claims to hold is lost. */
import { readFileSync, statSync } from 'node:fs';
import { tableFromIPC } from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { instantSec } from '../../src/lists/formats/instant.js';
import { compareBytewise } from '../../src/core/bytewise.js';
import { csvRecords, csvRows } from '../support/csv.js';
import { readWorkbook } from '../support/workbook.js';
import { childOf, childrenOf, parseXml, type XmlElement } from '../support/xml.js';
import { HOSTILE, hostileFiles, matched } from './hostile.js';

const SORTED = [...HOSTILE].sort(compareBytewise);
const LISTS = ['episodes', 'contacts', 'people', 'places', 'disinfection', 'links'];
const COUNTS = /^(?:generation|cases|visits|episodes|places|people_\w+|check_ins_since|gap_s|after_s|distance_m|(?:total|overlap|longest)_\w+_s)$/;
const CLAIMS = ['contact_is_case', 'is_case'];
const TIMES = /^(?:start|end|from|to|(?:first|last)_(?:case_)?(?:start|end)|(?:case|contact)_(?:start|end_\w+))$/;

test('epicontacts: every person once, every pair, and every from and to is an id', async () => {
  const { folder, run, rows } = await matched(hostileFiles(), '--raw');
  const { code, err } = await run('epicontacts', 'epi', '--raw', '--cases', folder.at('cases.csv'));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const linelist = csvRows(folder.read('epi/linelist.csv'));
  const contacts = csvRows(folder.read('epi/contacts.csv'));
  expect(linelist.map(({ id }) => id)).toEqual([...HOSTILE, 'index'].sort(compareBytewise));
  expect(linelist.find(({ id }) => id === 'index')).toEqual({
    ...Object.fromEntries(Object.keys(linelist[0]!).map((name) => [name, ''])),
    id: 'index',
    is_case: 'true',
    is_contact: 'false',
    case_ids: 'case, 1',
    type: 'index case',
    date_onset: '2022-03-02',
  });
  const ofList = rows('contacts');
  expect(contacts.map(({ from, ...row }) => row)).toEqual(ofList.map(({ contact_id, ...row }) => ({ to: contact_id, ...row })));
  expect(new Set(contacts.map(({ from }) => from))).toEqual(new Set(['index']));
  for (const person of rows('people')) {
    const { contact_id, rule_id: _rule, case_ids: _ids, is_case, ...counted } = person;
    expect(linelist.find(({ id }) => id === contact_id)).toMatchObject({ ...counted, is_case, is_contact: 'true', case_ids: '' });
  }
});

test('Go.Data: each person is a contact once, all pairs are in one of the two files, and nothing is claimed of proximity', async () => {
  const { folder, run, rows } = await matched(hostileFiles(), '--raw');
  expect((await run('godata', 'go', '--raw')).code).toBe(0);
  const contacts = csvRows(folder.read('go/contacts.csv'));
  const relationships = csvRows(folder.read('go/relationships.csv'));
  expect(contacts.map(({ visualId }) => visualId)).toEqual(SORTED);
  const pairs = [
    ...contacts.map((row) => [row['relationship.relatedId'], row['visualId']]),
    ...relationships.map((row) => [row['persons[0].id'], row['persons[1].id']]),
  ];
  expect(pairs).toEqual(rows('contacts').map(({ case_id, contact_id }) => [case_id, contact_id]));
  for (const row of contacts) {
    expect(row['relationship.certaintyLevelId']).toBe('LNG_REFERENCE_DATA_CATEGORY_CERTAINTY_LEVEL_1_LOW');
    expect([row['relationship.exposureTypeId'], row['riskLevel']]).toEqual(['', '']);
  }
});

test('SORMAS: two rows of headers, one row for each pair and for each place of a pair', async () => {
  const { folder, run, rows } = await matched(hostileFiles(), '--raw');
  expect((await run('sormas', 'sor', '--raw', '--date-format', 'dd.MM.yyyy', '--disease', 'CORONAVIRUS')).code).toBe(0);
  for (const [file, entity, count] of [
    ['contacts', 'Contact', rows('contacts').length],
    ['participants', 'EventParticipant', HOSTILE.length],
  ] as const) {
    const [entities, properties, ...data] = csvRecords(folder.read(`sor/${file}.csv`));
    expect(new Set(entities)).toEqual(new Set([entity]));
    expect(entities!.length).toBe(properties!.length);
    expect(data.map((row) => row[properties!.indexOf('person.externalId')])).toEqual(SORTED);
    expect([data.length, new Set(data.map((row) => row.length))]).toEqual([count, new Set([properties!.length])]);
  }
  const [, names, row] = csvRecords(folder.read('sor/contacts.csv'));
  const cell = (name: string): string => row![names!.indexOf(name)]!;
  expect(['caseIdExternalSystem', 'disease', 'lastContactDate', 'firstContactDate', 'contactProximity', 'contactClassification'].map(cell)).toEqual([
    'case, 1',
    'CORONAVIRUS',
    '01.03.2022',
    '',
    '',
    'UNCONFIRMED',
  ]);
});

test('GeoJSON: a feature for each place of a case, with its columns and its coordinates, longitude first', async () => {
  const { folder, run, rows } = await matched(hostileFiles(), '--raw');
  const { code, out } = await run('geojson', 'places.geojson', '--places', folder.at('places.csv'));
  expect(code).toBe(0);
  const given = new Map(csvRows(folder.read('places.csv')).map((row) => [row['place_id'], row]));
  const { type, features } = JSON.parse(folder.read('places.geojson')) as {
    type: string;
    features: { type: string; geometry: unknown; properties: Record<string, unknown> }[];
  };
  expect(type).toBe('FeatureCollection');
  expect(
    features.map(({ properties: { category: _, ...columns } }) => Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, String(value)]))),
  ).toEqual(rows('places'));
  for (const { geometry, properties } of features) {
    const { lat, lon } = given.get(properties['place_id'] as string)!;
    expect(geometry).toEqual(lat === '' ? null : { type: 'Point', coordinates: [Number(lon), Number(lat)] });
  }
  expect(out).toContain(`note: ${features.filter(({ geometry }) => geometry === null).length} places without coordinates`);
});

test('GEXF: a node for each person, an edge for each pair, a spell for each time together', async () => {
  const { folder, run, rows } = await matched(hostileFiles(), '--raw');
  expect((await run('gexf', 'c.gexf', '--cases', folder.at('cases.csv'))).code).toBe(0);
  const graph = childOf(parseXml(folder.read('c.gexf')), 'graph');
  const [nodeNames, edgeNames] = childrenOf(graph, 'attributes').map(({ children }) => children.map(({ attributes }) => attributes['title']!));
  const valuesOf = (element: XmlElement, names: readonly string[]): Record<string, string> =>
    Object.fromEntries(childOf(element, 'attvalues').children.map(({ attributes }) => [names[Number(attributes['for'])]!, attributes['value']!]));
  const nodes = childOf(graph, 'nodes').children;
  expect(nodes.map(({ attributes }) => attributes['id'])).toEqual([...HOSTILE, 'index'].sort(compareBytewise));
  expect(nodes.every(({ attributes }) => attributes['id'] === attributes['label'])).toBe(true);
  expect(
    valuesOf(
      nodes.find(({ attributes }) => attributes['id'] === 'index')!,
      nodeNames!,
    ),
  ).toEqual({
    is_case: 'true',
    is_contact: 'false',
    case_ids: 'case, 1',
    onset_date: '2022-03-02',
  });
  const edges = childOf(graph, 'edges').children;
  expect(edges.map((edge) => ({ source: edge.attributes['source'], contact_id: edge.attributes['target'], ...valuesOf(edge, edgeNames!) }))).toEqual(
    rows('contacts').map((row) => ({ source: 'index', ...row })),
  );
  const episodes = rows('episodes');
  for (const edge of edges) {
    const spells = childrenOf(edge, 'spells').flatMap(({ children }) =>
      children.map(({ attributes }) => [instantSec(attributes['start']!), instantSec(attributes['end']!)]),
    );
    const together = episodes.filter((row) => row['contact_id'] === edge.attributes['target']);
    expect(spells).toEqual(together.map((row) => [instantSec(row['start']!), instantSec(row['start']!) + Number(row['overlap_likely_s'])]));
    expect(spells.length).toBeGreaterThan(0);
  }
});

test('GraphML: the same nodes and edges', async () => {
  const { folder, run, rows } = await matched(hostileFiles(), '--raw');
  expect((await run('graphml', 'c.graphml', '--cases', folder.at('cases.csv'))).code).toBe(0);
  const root = parseXml(folder.read('c.graphml'));
  const names = new Map(childrenOf(root, 'key').map(({ attributes }) => [attributes['id'], attributes['attr.name']!]));
  const valuesOf = (element: XmlElement): Record<string, string> =>
    Object.fromEntries(element.children.map(({ attributes, text }) => [names.get(attributes['key'])!, text]));
  const graph = childOf(root, 'graph');
  const nodes = new Map(childrenOf(graph, 'node').map((node) => [node.attributes['id'], valuesOf(node)]));
  expect([...nodes.keys()]).toEqual([...HOSTILE, 'index'].sort(compareBytewise));
  for (const { contact_id, rule_id: _r, case_ids: _c, first_start: _f, last_end: _l, ...row } of rows('people'))
    expect(nodes.get(contact_id)).toEqual({ ...row, is_contact: 'true' });
  expect(childrenOf(graph, 'edge').map((edge) => ({ source: edge.attributes['source'], contact_id: edge.attributes['target'], ...valuesOf(edge) }))).toEqual(
    rows('contacts').map((row) => ({ source: 'index', ...row })),
  );
});

test('xlsx: every list as text that stays text, counts as numbers, no formula, and longer texts in parts', async () => {
  const { folder, run, rows } = await matched(hostileFiles(), '--raw');
  const { code, out } = await run('xlsx', 'lists.xlsx');
  expect(code).toBe(0);
  const sheets = await readWorkbook(readFileSync(folder.at('lists.xlsx')));
  expect(sheets.map(({ name }) => name)).toEqual(['contents', ...LISTS, 'long-cells']);
  const long = new Map<string, string>();
  for (const [sheet, cell, , text] of sheets.at(-1)!.rows.slice(1)) long.set(`${sheet}!${cell}`, (long.get(`${sheet}!${cell}`) ?? '') + text);
  for (const {
    name,
    cells,
    rows: [head = [], ...data],
  } of sheets.slice(1, -1)) {
    const whole = data.map((row, r) => Object.fromEntries(row.map((text, c) => [head[c]!, long.get(`${name}!${columnOf(c)}${r + 2}`) ?? text])));
    expect(whole).toEqual(rows(name));
    const types = [...cells].filter(([at]) => !/^[A-Z]+1$/.test(at)).map(([at, { type }]) => ({ at, type }));
    expect(types).toEqual(types.map(({ at }) => ({ at, type: COUNTS.test(head[indexOf(at)]!) ? 'number' : 'text' })));
  }
  expect(sheets[0]!.rows.slice(1)).toEqual([
    ...LISTS.map((name) => [name, name, String(rows(name).length)]),
    ['long-cells', 'long-cells', String(sheets.at(-1)!.rows.length - 1)],
  ]);
  expect(out).toContain(`note: ${long.size} texts are longer than a cell can be`);
  expect(long.size).toBeGreaterThanOrEqual(4);
});

test('Parquet and Arrow: every list with its types, and instants as instants', async () => {
  const { folder, run, rows } = await matched(hostileFiles(), '--raw');
  expect((await run('parquet', 'pq')).code).toBe(0);
  expect((await run('arrow', 'ar')).code).toBe(0);
  for (const name of LISTS) {
    const expected = rows(name).map((row) => Object.fromEntries(Object.entries(row).map(([column, text]) => [column, typed(column, text)])));
    const file = new Uint8Array(readFileSync(folder.at(`pq/${name}.parquet`))).buffer;
    const read = (await parquetReadObjects({ file, utf8: false })) as Record<string, unknown>[];
    expect(
      read.map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, value instanceof Date ? value.getTime() : value]))),
    ).toEqual(expected);
    expect(parquetMetadata(file).num_rows).toBe(BigInt(expected.length));
    const table = tableFromIPC(readFileSync(folder.at(`ar/${name}.arrow`)));
    expect(table.schema.fields.map((field) => field.name)).toEqual(
      parquetMetadata(file)
        .schema.slice(1)
        .map((column) => column.name),
    );
    expect(table.toArray().map((row) => row.toJSON())).toEqual(expected);
    const ofTime = table.schema.fields.filter(({ name: column }) => TIMES.test(column));
    expect(ofTime.every(({ type }) => String(type).includes('Asia/Shanghai'))).toBe(true);
  }
});

test('SocioPatterns: who is together every 20 seconds, by numbers that a table explains', async () => {
  const { folder, run, rows } = await matched(hostileFiles(), '--raw');
  expect((await run('tij', 'tij', '--raw', '--cases', folder.at('cases.csv'))).code).toBe(0);
  const ids = csvRows(folder.read('tij/ids.csv'));
  expect(ids.map(({ id }) => id)).toEqual([...HOSTILE, 'index'].sort(compareBytewise));
  const idOf = new Map(ids.map(({ i, id }) => [i, id!]));
  const lines = folder
    .read('tij/tij_pres.dat')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  const expected = rows('episodes').flatMap(({ contact_id, start, overlap_likely_s }) => {
    const [from, to] = [instantSec(start!), instantSec(start!) + Number(overlap_likely_s)];
    // Steps are told by their end: those that share a second with the time together.
    return Array.from({ length: 20_000 }, (_, k) => Math.ceil(from / 20) * 20 - 100 + k * 20)
      .filter((t) => t - 20 < to && t > from)
      .map((t) => `${t} ${contact_id} index`);
  });
  const read = lines.map(([t, i, j]) => [t, ...[idOf.get(i!)!, idOf.get(j!)!].sort((a) => (a === 'index' ? 1 : -1))].join(' '));
  expect([...read].sort()).toEqual([...new Set(expected)].sort());
  expect(lines.every(([, i, j]) => Number(i) < Number(j))).toBe(true);
  const inOrder = [...lines].sort((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]) || Number(a[2]) - Number(b[2]));
  expect(lines).toEqual(inOrder);
});

test('every export is readable by its owner alone, and the same again', async () => {
  const { folder, run } = await matched(hostileFiles());
  for (const [format, out, file] of [
    ['xlsx', 'a.xlsx', 'a.xlsx'],
    ['graphml', 'a.graphml', 'a.graphml'],
    ['parquet', 'pq', 'pq/people.parquet'],
    ['arrow', 'ar', 'ar/people.arrow'],
    ['epicontacts', 'epi', 'epi/linelist.csv'],
  ] as const) {
    expect((await run(format, out)).code).toBe(0);
    const before = readFileSync(folder.at(file));
    expect(statSync(folder.at(file)).mode & 0o777).toBe(0o600);
    expect((await run(format, out)).code).toBe(2);
    expect(await run(format, out, '--force', '--quiet')).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(folder.at(file)).equals(before)).toBe(true);
  }
});

const columnOf = (index: number): string => (index < 26 ? String.fromCharCode(65 + index) : `A${String.fromCharCode(65 + index - 26)}`);
const indexOf = (at: string): number => [...at.replace(/\d+/, '')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

function typed(column: string, text: string): unknown {
  if (COUNTS.test(column)) return text === '' ? null : BigInt(text);
  if (CLAIMS.includes(column)) return text === 'true';
  return TIMES.test(column) ? instantSec(text) * 1000 : text;
}
