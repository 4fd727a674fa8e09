/**
 * A match as SQL: a plan and a dialect → statements, for whoever runs them on an engine of their own. Runs anywhere; `copresence/node` reads files for it.
 *
 * @packageDocumentation
 */
export { compile, compileEpisodes, compileStays, compileVisits } from './engines/sql/compile.js';
export type { PlaceTables, SqlPlan } from './engines/sql/compile.js';
export { DIALECT_NAMES } from './engines/sql/dialect.js';
export type { DialectName } from './engines/sql/dialect.js';
export type { QuestionSettings, SqlCase, SqlTold } from './engines/sql/question.js';
export { scriptText } from './engines/sql/script.js';
export type { Statement } from './engines/sql/script.js';
export type { SourceTable, StaySettings } from './engines/sql/source.js';
export { Dwell } from './stays/dwell.js';
export type { DwellMinutes } from './stays/dwell.js';
