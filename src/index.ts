/**
 * Who was where a case was, when, for how long, and how sure that is. This entry runs anywhere: Node, a browser, a worker.
 * Files, folders and the command line's whole way are in `copresence/node`.
 *
 * @packageDocumentation
 */
export { buildIndex, CopresenceIndex } from './engines/in-memory/memory.js';
export type { ExplainOptions, IndexOptions, MatchOptions, SourcesOptions } from './engines/in-memory/memory.js';
export type { StayOptions } from './engines/inputs/stay-options.js';
export { Network } from './engines/answers/network.js';
export type { NetworkOptions } from './engines/answers/network.js';
export { Sources } from './engines/answers/sources.js';
export type { SourceCounts } from './engines/answers/sources.js';
export type { CompanionCounts, CompanionLists } from './engines/answers/companions.js';
export type { Coverage, CoverageCounts, CoverageQuestion } from './engines/answers/coverage.js';
export { MatchResult } from './engines/answers/match-result.js';
export type { RuleCounts } from './engines/answers/match-result.js';
export type { CaseInput, CheckInInput, CountInput, DateInput, ItineraryInput, PlaceInput, RunInput, TimeInput } from './engines/inputs/row-inputs.js';

export { CopresenceError, EngineError, InputError, OptionError, StateError } from './core/errors.js';
export type { LedgerEntry, Reject } from './ingest/rows/ledger.js';
export { explanationText } from './lists/explain/text.js';
export type {
  ClauseArithmetic,
  ExplainedMeeting,
  ExplainedScan,
  ExplainedSettings,
  ExplainedSpan,
  ExplainedStay,
  ExplainedWindow,
  Explanation,
  GradeArithmetic,
  Miss,
  MissKind,
  ResidenceArithmetic,
} from './lists/explain/explanation.js';
export type { SeatVerdict } from './rules/seats.js';
export type { CaseName } from './lists/case-codes.js';
export type { RuleComparison, RuleMatrix, RuleRow } from './lists/compare-rules.js';
export type { NotListed } from './lists/not-listed.js';
export type { BusyPlace, BusyPlaces, ListSize } from './lists/sizes.js';
export type { ContactRow, CrowdOfRow, DisinfectionRow, EpisodeRow, LinkRow, ListName, ListRows, PersonRow, PlaceOfRow, PlaceRow } from './lists/rows.js';
export type { MeetingRow, PairRow } from './lists/network.js';
export type { CoverageRow } from './lists/coverage.js';
export type { KnownBy } from './match/traffic/known-visitors.js';
export type { CompanionRow, GroupRow } from './lists/companions.js';
export type { SourcePersonRow, SourceRow } from './lists/sources.js';
export { simulateCity, SimulatedCity } from './simulate/simulate-city.js';
export type { SimulatedFile } from './simulate/simulate-city.js';
export type { CityPlan, SimulateOptions } from './simulate/options.js';
export type { ScanWord, SimulatedCase, SimulatedCheckIn, SimulatedEvent, SimulatedMeeting, SimulatedPlace, SimulatedRun } from './simulate/rows.js';
export { RULE_IDS, findRule } from './rules/find-rule.js';
export type { Anchor, ClauseJson, Measure, RuleJson, SeatsJson } from './model/rule.js';
export type { CompanionOptions } from './model/companion-plan.js';
export type { CoverageOptions } from './model/coverage-plan.js';
export type { SourceOptions } from './model/source-plan.js';
export type { SourceStatus } from './match/sources/source-candidates.js';
export type { Dilution, Extra, PlanOptions, Plan, SortKey } from './model/plan.js';
export type { PlaceKind } from './model/place.js';
export type { Grade, Method } from './model/stay.js';
export type { DwellMinutes } from './stays/dwell.js';
export type { StayCounts } from './stays/infer-stays.js';
