/** An index that is open, and pages that answer questions to it. What a match writes lies in a folder of its own, for as long as the page is made. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireManifest } from '../../disk-index/manifest.js';
import { OpenIndex } from '../../disk-index/open-index.js';
import { matchOpened } from '../../engines/files/match-files.js';
import type { CaseInput } from '../../engines/inputs/row-inputs.js';
import { readTableRows } from '../../ingest/read-check-ins.js';
import type { RuleJson } from '../../model/rule.js';
import type { InputTables } from '../../model/tables.js';
import { buildPage } from '../build-page.js';
import { pageBundle } from '../page-bundle.js';
import type { PagePoint } from '../page-data.js';
import { pageHtml } from '../page-html.js';
import { RunFolder } from '../read-lists.js';
import { datesOf } from '../page-rows.js';
import { readingOf } from '../report-files.js';
import type { Question } from './read-form.js';

export interface AskOptions {
  readonly index: string;
  readonly tz?: string;
  readonly rules: readonly RuleJson[];
  readonly lang: 'en' | 'zh';
  readonly maxRows: number;
  readonly maxRejects?: string;
}

export interface Answer {
  readonly html: Buffer;
  readonly cases: number;
  readonly people: number;
}

/** A page that goes no further than this machine is packed fast, not small. */
const LEVEL = 1;

export class AskedIndex {
  readonly #options: AskOptions;
  #index: OpenIndex;
  #points: readonly PagePoint[] | null = null;
  #tables: InputTables | null = null;

  /** @throws InputError, OptionError if there is no sound index. */
  constructor(options: AskOptions) {
    this.#options = options;
    this.#index = OpenIndex.open(options.index);
  }

  get days(): number {
    return new Set(this.#index.manifest.days.map(({ day }) => day)).size;
  }

  /** The page that `copresence report` makes of the lists that `copresence match --index` writes. @throws InputError, OptionError, StateError. */
  async answer(question: Question, signal: AbortSignal): Promise<Answer> {
    this.#refresh();
    const { index, tz, rules, lang, maxRows, maxRejects } = this.#options;
    const rule = rules.find(({ id }) => id === question.rule);
    const folder = await mkdtemp(join(tmpdir(), 'copresence-serve-')); // 0700
    try {
      const cases = join(folder, 'cases.csv');
      await writeFile(cases, question.cases, { mode: 0o600 });
      const out = join(folder, 'lists');
      const options = {
        index,
        out,
        files: { cases: [cases] },
        encoding: question.encoding,
        window: question.window as 'dated' | 'all',
        rules: [rule ?? question.rule],
        ...(tz !== undefined && { tz }),
        ...(maxRejects !== undefined && { maxRejects }),
      };
      const { counts } = await matchOpened(options, { signal }, this.#index);
      const run = new RunFolder(out);
      const data = await buildPage(run, {
        lang,
        maxRows,
        signal,
        points: this.#places(),
        stops: this.#reference(),
        caseDates: datesOf(await readTableRows<CaseInput>('cases', [cases], readingOf(run, signal))),
      });
      const html = Buffer.concat([...pageHtml(data, await pageBundle(), LEVEL)].map((piece) => Buffer.from(piece)));
      return { html, cases: counts[0]?.cases ?? 0, people: counts[0]?.people ?? 0 };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  close(): void {
    this.#index.close();
  }

  /** Days may have been added or deleted since it was opened. */
  #refresh(): void {
    if (requireManifest(this.#options.index).update === this.#index.manifest.update) return;
    const next = OpenIndex.open(this.#options.index);
    this.#index.close();
    this.#index = next;
    this.#points = null;
    this.#tables = null;
  }

  /** Its places and stops. */
  #reference(): InputTables {
    return (this.#tables ??= this.#index.readReference().inputs);
  }

  /** Where its places are, for the map. */
  #places(): readonly PagePoint[] | null {
    if (this.#points) return this.#points.length > 0 ? this.#points : null;
    const { places, ids } = this.#reference();
    const [id, lat, lon] = [places.column('place_id'), places.column('lat'), places.column('lon')];
    const points: PagePoint[] = [];
    for (let row = 0; row < places.rowCount; row++)
      if (!Number.isNaN(lat[row]!)) points.push({ place_id: ids.place.text(id[row]!), lat: lat[row]!, lon: lon[row]! });
    this.#points = points;
    return points.length > 0 ? points : null;
  }
}
