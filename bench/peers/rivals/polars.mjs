/**
 * Polars (nodejs-polars), which has no join on inequalities: a join on place and piece of time (see duckdb.mjs), then a filter. A join on place alone,
 * or a cross join with a filter, was more than 50 times slower.
 */
import { importPeer, packageVersion, whyNotLoaded } from './npm-peer.mjs';
import { rowNumbers, sinceOf } from './prepared.mjs';

const PACKAGE = 'nodejs-polars';
const PIECE_SEC = 4096;
const SELF_PIECE_SEC = 2048;

export const polars = {
  name: 'polars',
  label: 'polars',
  threads: [1, 2],
  works: ['index', 'log', 'self'],
  env: (threads) => ({ POLARS_MAX_THREADS: String(threads) }),
  missing: () => whyNotLoaded(PACKAGE),
  version: () => packageVersion(PACKAGE),

  async open({ work, world }) {
    const { default: pl } = await importPeer(PACKAGE);
    const frame = (columns) => pl.DataFrame(Object.entries(columns).map(([name, values]) => pl.Series(name, values, pl.UInt32)));
    const log = frame({ row: rowNumbers(world.stays.key.length), ...world.stays });
    const visits = frame({
      query: rowNumbers(world.visits.key.length),
      key: world.visits.key,
      vstart: world.visits.start,
      vend: world.visits.end,
      vperson: world.visits.person,
      since: sinceOf(world),
    });
    // Place and piece of time as one number: a join on two columns encodes rows first.
    const pieceOf = (column, seconds) =>
      pl
        .col('key')
        .cast(pl.Int64)
        .mul(pl.lit(2 ** 20).cast(pl.Int64))
        .plus(
          pl
            .col(column)
            .minus(pl.col(column).modulo(pl.lit(seconds).cast(pl.UInt32)))
            .cast(pl.Int64)
            .divideBy(seconds)
            .cast(pl.Int64),
        );
    const withPiece = (table, seconds) => table.lazy().withColumns(pieceOf('start', seconds).alias('piece'));
    const together = pl
      .col('start')
      .lt(pl.col('vend'))
      .and(pl.col('end').gt(pl.col('vstart')))
      .and(pl.col('person').neq(pl.col('vperson')));
    const inPieces = (table, from, to, seconds) =>
      table
        .lazy()
        .withColumns(pl.intRanges(pieceOf(from, seconds), pieceOf(to, seconds).plus(pl.lit(1)), 1, pl.Int64).alias('piece'))
        .drop('key')
        .explode('piece');
    const pairs = (sink, found) => sink.addColumns(found.getColumn('query').toTypedArray(), found.getColumn('row').toTypedArray(), found.height);
    const caseJoin = (stays) => () =>
      stays()
        .join(inPieces(visits, 'since', 'vend', PIECE_SEC), { on: 'piece', how: 'inner' })
        .filter(together)
        .select('query', 'row')
        .collect();

    if (work === 'log') return { ways: { 'pieces of time': { run: caseJoin(() => withPiece(log, PIECE_SEC)), pairs } } };
    if (work === 'index') {
      const sorted = await withPiece(log.sort(['key', 'start']), PIECE_SEC).collect();
      return {
        ways: {
          'stored pieces of time': { run: caseJoin(() => sorted.lazy()), pairs },
          'pieces of time': { run: caseJoin(() => withPiece(log, PIECE_SEC)), pairs },
        },
      };
    }
    const stays = await withPiece(log.sort(['key', 'start']), SELF_PIECE_SEC).collect();
    const those = stays.drop('piece').rename({ row: 'query', start: 'vstart', end: 'vend', person: 'vperson' });
    const later = pl
      .col('start')
      .gt(pl.col('vstart'))
      .or(
        pl
          .col('start')
          .eq(pl.col('vstart'))
          .and(pl.col('row').gt(pl.col('query'))),
      );
    const run = () =>
      stays
        .lazy()
        .join(inPieces(those, 'vstart', 'vend', SELF_PIECE_SEC), { on: 'piece', how: 'inner' })
        .filter(together.and(later))
        .select('query', 'row')
        .collect();
    return { ways: { 'stored pieces of time': { run, pairs } } };
  },
};
