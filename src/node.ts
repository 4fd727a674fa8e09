/**
 * Files and folders: what of this package needs Node. Everything that runs anywhere is in `copresence`.
 *
 * @packageDocumentation
 */
import type { CaseInput, CheckInInput, ItineraryInput, PlaceInput, RunInput } from './engines/inputs/row-inputs.js';
import { CheckInReader, readTableRows, type ReadFilesOptions } from './ingest/read-check-ins.js';

/**
 * Check-ins of CSV files (UTF-8, UTF-16 or GB18030; plain or gzip; `-` is standard input) or Parquet files (with the optional peer hyparquet).
 * @example
 * const index = await buildIndex(readCheckIns(['scans.csv'], { tz: 'Asia/Shanghai' }), { tz: 'Asia/Shanghai' });
 */
export function readCheckIns(files: string | readonly string[], options: ReadFilesOptions = {}): CheckInReader<CheckInInput> {
  return new CheckInReader([files].flat(), options);
}

/** Places of CSV or Parquet files. @throws InputError, OptionError, EngineError. */
export const readPlaces = (files: string | readonly string[], options: ReadFilesOptions = {}): Promise<PlaceInput[]> =>
  readTableRows('places', [files].flat(), options);

/** Cases of CSV or Parquet files. @throws InputError, OptionError, EngineError. */
export const readCases = (files: string | readonly string[], options: ReadFilesOptions = {}): Promise<CaseInput[]> =>
  readTableRows('cases', [files].flat(), options);

/** Case itineraries of CSV or Parquet files. @throws InputError, OptionError, EngineError. */
export const readVisits = (files: string | readonly string[], options: ReadFilesOptions = {}): Promise<ItineraryInput[]> =>
  readTableRows('visits', [files].flat(), options);

/** Runs of CSV or Parquet files. @throws InputError, OptionError, EngineError. */
export const readRuns = (files: string | readonly string[], options: ReadFilesOptions = {}): Promise<RunInput[]> =>
  readTableRows('runs', [files].flat(), options);

export { matchFiles } from './engines/files/match-files.js';
export type { MatchFilesOptions, RunReport } from './engines/files/match-files.js';
export { sizeFiles } from './engines/files/size-files.js';
export type { SizeFilesOptions, SizeReport } from './engines/files/size-files.js';
export type { InputFiles, RunHooks, RunProgress } from './engines/inputs/read-files.js';
export { explainFiles, explainRun } from './engines/files/explain-files.js';
export type { ExplainFilesOptions, ExplainReport, ExplainRunOptions } from './engines/files/explain-files.js';
export { indexFiles } from './engines/on-disk/index-files.js';
export type { IndexFilesOptions, IndexReport } from './engines/on-disk/index-files.js';
export { indexInfo } from './engines/on-disk/index-info.js';
export type { IndexInfo } from './engines/on-disk/index-info.js';
export { createIndex, openIndex, DiskIndex } from './engines/on-disk/open-disk-index.js';
export type { OpenIndexOptions } from './engines/on-disk/open-disk-index.js';
export { purgeIndex } from './engines/on-disk/purge-index.js';
export type { PurgeReport } from './engines/on-disk/purge-index.js';
export type { Choice, Way } from './match/planner.js';
export type { CrewOptions } from './threads/worker-crew.js';
export { watchFiles } from './engines/files/watch-files.js';
export type { WatchFilesOptions, WatchReport } from './engines/files/watch-files.js';
export type { ClockOptions } from './engines/watch/watch-stream.js';
export type { ContactEvent, EpisodeEvent, WatchEvent } from './lists/live/live-episodes.js';
export { networkFiles } from './engines/files/network-files.js';
export type { NetworkFilesOptions, NetworkReport } from './engines/files/network-files.js';
export { sourcesFiles } from './engines/files/sources-files.js';
export type { SourcesFilesOptions, SourcesReport } from './engines/files/sources-files.js';
export { companionsFiles } from './engines/files/companions-files.js';
export type { CompanionsFilesOptions, CompanionsReport } from './engines/files/companions-files.js';
export type { FurtherInput, ScanListOptions, ScanListReport } from './engines/files/scan-lists.js';
export { coverageFiles } from './engines/files/coverage-files.js';
export type { CoverageFilesOptions, CoverageReport } from './engines/files/coverage-files.js';
export { diffFiles } from './engines/files/diff-files.js';
export type { DiffOptions, DiffReport } from './engines/files/diff-files.js';
export type { Cause } from './lists/diff/causes.js';
export type { RunChange } from './lists/diff/facts.js';
export type { Change, ChangeCounts, ContactDiffRow, DiffList, PersonDiffRow, PlaceDiffRow } from './lists/diff/rows.js';
export type { DistrictChanges } from './lists/diff/run-diff.js';
export { validateFiles } from './engines/files/validate-files.js';
export type { ValidateOptions, ValidationReport } from './engines/files/validate-files.js';
export { simulateFiles } from './engines/files/simulate-files.js';
export type { SimulateFilesOptions, SimulationReport } from './engines/files/simulate-files.js';
export { simulateRiderFiles } from './engines/files/simulate-rider-files.js';
export type { RiderReport, SimulateRiderFilesOptions } from './engines/files/simulate-rider-files.js';
export { exportLists } from './engines/export/export-lists.js';
export type { ExportOptions, ExportReport } from './engines/export/export-lists.js';
export type { Bound, SourceOptions } from './engines/export/export-source.js';
export type { ExportFormatName } from './engines/export/formats.js';
export type { SormasDate } from './lists/formats/sormas.js';
export type { Sheet } from './output/formats/xlsx.js';
export { writeRuns } from './engines/feeds/runs-files.js';
export type { RunsReport, WriteRunsOptions } from './engines/feeds/runs-files.js';
export { sqlScript, sqlStatements } from './engines/files/sql-script.js';
export type { SqlScriptOptions } from './engines/files/sql-script.js';
export type { EngineName, EngineOptions } from './engines/files/match-sql.js';
export { reportFiles } from './report/report-files.js';
export type { ReportFilesOptions, ReportFilesReport } from './report/report-files.js';
export type { PageList } from './report/page-data.js';
export { loadDwell, loadRule } from './engines/inputs/json-files.js';
export { CheckInReader } from './ingest/read-check-ins.js';
export type { ReadFilesOptions } from './ingest/read-check-ins.js';
export type { InputDigest } from './ingest/file-source.js';
export type { FileReading } from './ingest/read-table.js';
export type { CheckInProfile } from './lists/profile.js';
export type { WrittenFile } from './output/output-folder.js';
export type { OutputFormat } from './output/table-text.js';
export type { OutputEntry } from './output/write-lists.js';
export type { TableName } from './model/tables.js';
