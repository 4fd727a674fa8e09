/** Runs a watch in this process and puts its events together again: the episodes and contacts that they amount to. */
import { readFileSync } from 'node:fs';
import { watchFiles, type WatchFilesOptions, type WatchReport } from '../../src/engines/files/watch-files.js';
import type { ContactEvent, EpisodeEvent, WatchEvent } from '../../src/lists/live/live-episodes.js';

export interface Watched {
  readonly text: string;
  readonly events: readonly WatchEvent[];
  readonly report: WatchReport;
}

/** Watches a text, cut into chunks of so many bytes. */
export async function watchText(text: string, options: Omit<WatchFilesOptions, 'input' | 'out'>, chunkBytes: number = 1 << 16): Promise<Watched> {
  const bytes = new TextEncoder().encode(text);
  let out = '';
  const report = await watchFiles({
    ...options,
    input: (async function* () {
      for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
    })(),
    out: async (block) => {
      out += new TextDecoder().decode(block);
      return true;
    },
  });
  return { text: out, events: eventsOf(out), report };
}

export const eventsOf = (text: string): WatchEvent[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as WatchEvent);

/** Episodes with the grades that later events gave them, without what numbers them. */
export function episodesOf(events: readonly WatchEvent[]): Record<string, unknown>[] {
  const byNumber = new Map<number, EpisodeEvent>();
  for (const event of events) {
    if (event.event === 'episode') byNumber.set(event.episode, event);
    else for (const { episode, grade } of event.regraded) byNumber.set(episode, { ...byNumber.get(episode)!, grade });
  }
  return [...byNumber.values()].map(({ event: _event, episode: _number, ...row }) => row);
}

/** The last word on each pair: `rule|case|contact` → grade and reasons. */
export function contactsOf(events: readonly WatchEvent[]): Record<string, string> {
  const last = events.filter((event): event is ContactEvent => event.event === 'contact');
  return Object.fromEntries(last.map(({ rule_id, case_id, contact_id, grade, reasons }) => [`${rule_id}|${case_id}|${contact_id}`, `${grade} ${reasons}`]));
}

export const rowsOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
