/**
 * DuckDB in memory, from typed arrays by its appender. Its result is materialised in memory: handing chunks over as they come, and `create table as`,
 * took up to twice as long.
 *
 * The fastest way found cuts time into pieces: a visit is unnested into the pieces from which a stay can reach it, and joined by place and piece,
 * so that the hash join meets few stays too many. Tried and left out as slower: one inequality join on place and time in one number (IEJoin),
 * lateral joins, an index (its optimizer does not use one here), preserve_insertion_order = false (no difference).
 */
import { importPeer, packageVersion, whyNotLoaded } from './npm-peer.mjs';
import { rowNumbers, sinceOf } from './prepared.mjs';

const PACKAGE = '@duckdb/node-api';
const CHUNK = 2048;
/** A piece of time is 2^12 s = 68 min: from a quarter of an hour to four hours there was little between them. In the self-join half of that. */
const BITS = 12;

export const duckdb = {
  name: 'duckdb',
  label: 'DuckDB',
  threads: [1, 2],
  works: ['index', 'log', 'self', 'build', 'buildShuffled'],
  /** The way of DESIGN.md's study, so that its figures can be compared with. */
  alwaysShown: ['join on place'],
  missing: () => whyNotLoaded(PACKAGE),
  version: () => packageVersion(PACKAGE),

  async open({ work, world, threads }) {
    const { DuckDBInstance } = await importPeer(PACKAGE);
    const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
    const connection = await instance.connect();
    await load(connection, 'log', { row: rowNumbers(world.stays.key.length), ...world.stays });
    await load(connection, 'visits', { query: rowNumbers(world.visits.key.length), ...world.visits, since: sinceOf(world) });
    const close = () => connection.closeSync();

    if (work === 'build' || work === 'buildShuffled') {
      const build = {
        run: () => connection.run(CLUSTER),
        pairs: (sink) => addPairs(connection, sink, caseJoins('stays')['pieces of time']),
        bytes: () => bytesOfTable(connection, CLUSTER),
      };
      return { ways: { 'order by place, start': build }, close };
    }
    const way =
      (create) =>
      ([name, sql]) => [
        name,
        {
          ready: () => create && connection.run(create),
          run: () => connection.run(sql.folded ?? sql.pairs),
          pairs: (sink, result) => addPairs(connection, sink, sql, sql.folded ? undefined : result),
        },
      ];
    const ways =
      work === 'log'
        ? Object.entries(caseJoins('log')).map(way())
        : work === 'self'
          ? Object.entries({ ...selfJoins('stays'), ...foldedOf(selfJoins('stays')) }).map(way(CLUSTER))
          : [...Object.entries(caseJoins('stays')).map(way(CLUSTER)), ...Object.entries(storedPieces('pieces')).map(way(CLUSTER_PIECES))];
    return { ways: Object.fromEntries(ways), close };
  },
};

const CLUSTER = 'create or replace table stays as select * from log order by key, start';
/** The place and the piece of time in which a stay begins as one number to join on, kept beside the stay. */
const CLUSTER_PIECES = `create or replace table pieces as select *, ${pieceAt('start')} as piece from log order by key, start`;

function pieceAt(time) {
  return `((key::bigint << 20) + ((${time}) >> ${BITS}))`;
}

const TOGETHER = 't.start < v."end" and t."end" > v.start and t.person <> v.person';

function caseJoins(table) {
  return {
    'join on place': select(`${table} t join visits v on t.key = v.key and ${TOGETHER}`),
    'start from visit start less longest stay': select(`${table} t join visits v on t.key = v.key and t.start >= v.since and ${TOGETHER}`),
    'pieces of time': select(
      `${table} t join (select *, unnest(range((since >> ${BITS})::bigint, ((v."end" - 1) >> ${BITS})::bigint + 1))::uinteger as piece from visits v) v ` +
        `on t.key = v.key and (t.start >> ${BITS}) = v.piece and ${TOGETHER}`,
    ),
  };
}

function storedPieces(table) {
  return {
    'stored pieces of time': select(
      `${table} t join (select *, unnest(range(${pieceAt('since')}, ${pieceAt('v."end" - 1')} + 1)) as piece from visits v) v ` +
        `on t.piece = v.piece and ${TOGETHER}`,
    ),
  };
}

/** Each pair once: the one who came later is looked for while the other was there. */
function selfJoins(table) {
  const bits = BITS - 1;
  const later = 't.start >= v.start and t.start < v."end" and (t.start > v.start or t.row > v.row) and t.person <> v.person';
  return {
    'join on place': select(`${table} v join ${table} t on t.key = v.key and t.row > v.row and ${TOGETHER}`, 'v.row'),
    'join on place, later arrival': select(`${table} v join ${table} t on t.key = v.key and ${later}`, 'v.row'),
    'pieces of time': select(
      `(select *, unnest(range((start >> ${bits})::bigint, ((s."end" - 1) >> ${bits})::bigint + 1))::uinteger as piece from ${table} s) v join ${table} t ` +
        `on t.key = v.key and (t.start >> ${bits}) = v.piece and ${later}`,
      'v.row',
    ),
  };
}

/** The same, each pair made and let go: ours hands pairs over in blocks that it uses again, so that neither has to keep millions. */
function foldedOf(joins) {
  return Object.fromEntries(
    Object.entries(joins).map(([name, sql]) => [
      `${name}, folded`,
      { ...sql, folded: sql.pairs.replace('select v.row, t.row', 'select count(*), bit_xor(v.row), bit_xor(t.row)') },
    ]),
  );
}

function select(from, query = 'v.query') {
  return {
    pairs: `select ${query}, t.row from ${from}`,
    sum: `select count(*), sum(least(t."end", v."end")::bigint - greatest(t.start, v.start)::bigint) from ${from}`,
  };
}

async function addPairs(connection, sink, sql, result) {
  const pairs = result ?? (await connection.run(sql.pairs));
  for (;;) {
    const chunk = await pairs.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    sink.addColumns(chunk.getColumnVector(0).items, chunk.getColumnVector(1).items, chunk.rowCount);
  }
  const [[count, overlapSec]] = (await connection.runAndReadAll(sql.sum)).getRows();
  if (Number(count) === sink.count) sink.setOverlapSec(overlapSec ?? 0);
}

/** Memory that a table takes, by DuckDB's own account. */
async function bytesOfTable(connection, createIt) {
  const used = async () =>
    Number((await connection.runAndReadAll(`select memory_usage_bytes from duckdb_memory() where tag = 'IN_MEMORY_TABLE'`)).getRows()[0][0]);
  await connection.run('drop table stays');
  const before = await used();
  await connection.run(createIt);
  return (await used()) - before;
}

async function load(connection, table, columns) {
  const { DuckDBDataChunk, UINTEGER } = await importPeer(PACKAGE);
  const names = Object.keys(columns);
  const arrays = Object.values(columns);
  await connection.run(`create table ${table} (${names.map((name) => `"${name}" uinteger`).join(', ')})`);
  const appender = await connection.createAppender(table);
  for (let lo = 0; lo < arrays[0].length; lo += CHUNK) {
    const size = Math.min(CHUNK, arrays[0].length - lo);
    const chunk = DuckDBDataChunk.create(
      arrays.map(() => UINTEGER),
      size,
    );
    for (const [i, array] of arrays.entries()) {
      const vector = chunk.getColumnVector(i);
      vector.items.set(array.subarray(lo, lo + size));
      vector.flush();
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
