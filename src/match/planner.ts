/**
 * Index, or stream? Building the index costs about as much as streaming the stays past the visits six times, and makes every later question
 * cheap. So a single question streams, and several build the index; where nobody knows how many will come, it is built once the streams have cost
 * as much as it would have: never more than twice the least possible.
 */
import type { StayIndex } from '../stay-index/stay-index.js';

export type Way = 'stream' | 'index';

/** Nanoseconds on one thread, measured with 50 M stays (2-core AMD EPYC, Node 20): a stay built into the index, a stay streamed past, a visit asked of the index. */
const BUILD_NS = 75;
const STREAM_NS = 12;
const VISIT_NS = 2500;

/** Which way a question went, and the figures that it was chosen by. */
export interface Choice {
  readonly rule_id: string;
  readonly generation: number;
  readonly way: Way;
  readonly why: string;
  readonly stays: number;
  readonly visits: number;
  /** Questions that were still to be asked, this one among them. */
  readonly questions: number;
  /** Expected for all of them, on one thread. */
  readonly stream_ms: number;
  readonly index_ms: number;
}

export interface PlannerSettings {
  /** `auto`: the cheaper one. */
  readonly way: Way | 'auto';
  readonly stays: number;
  readonly rules: number;
  readonly depth: number;
}

export class Planner {
  readonly #settings: PlannerSettings;
  readonly choices: Choice[] = [];

  constructor(settings: PlannerSettings) {
    this.#settings = settings;
  }

  /** Chooses the way of a question to an index that may not be built yet. */
  choose(ruleId: string, generation: number, visits: number, index: StayIndex): Way {
    const { stays, rules, depth, way: wanted } = this.#settings;
    // Each later generation has an index of its own, asked once, by most places of the city.
    const questions = generation > 1 ? 1 : rules - new Set(this.choices.map((choice) => choice.rule_id)).size;
    const visitMs = (questions * visits * VISIT_NS) / 1e6;
    const streamMs = (questions * stays * STREAM_NS) / 1e6;
    const indexMs = (index.isBuilt ? 0 : (stays * BUILD_NS) / 1e6) + visitMs;
    const [way, why] = decide();
    if (way === 'stream') index.streamedMs += (stays * STREAM_NS) / 1e6;
    this.choices.push({ rule_id: ruleId, generation, way, why, stays, visits, questions, stream_ms: round(streamMs), index_ms: round(indexMs) });
    return way;

    function decide(): [Way, string] {
      if (wanted !== 'auto') return [wanted, 'as asked'];
      if (index.isBuilt) return ['index', 'the index is there already'];
      if (depth > 1) return ['index', 'contacts of contacts ask for most places'];
      if (index.streamedMs + streamMs <= indexMs) return ['stream', 'building the index would cost more than it saves'];
      return ['index', index.streamedMs > 0 ? 'the questions so far have cost as much as the index would have' : 'the questions together pay for the index'];
    }
  }
}

const round = (ms: number): number => Number(ms.toPrecision(3));

/** What was chosen, for a person. */
export function choiceText({ rule_id, generation, way, why, stays, visits, questions, stream_ms, index_ms }: Choice): string {
  return (
    `plan: ${rule_id}, generation ${generation}: ${way}, since ${why} ` +
    `(${stays} stays, ${visits} visits, ${questions} ${questions === 1 ? 'question' : 'questions'}; expected ${stream_ms} ms by stream, ${index_ms} ms by index)`
  );
}
