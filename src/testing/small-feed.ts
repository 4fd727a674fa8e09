/** Timetable feeds for tests: from texts, small ones to be changed file by file, and those of `fixtures/gtfs`. */
import { openFeed } from '../engines/feeds/feed-files.js';
import { readFeed, type FeedReading } from '../ingest/gtfs/read-feed.js';
import type { OpenFeedFile, ReadFeedOptions } from '../ingest/gtfs/feed-books.js';

/** Text of each file by its name without `.txt`; null takes a file of the small feed away. */
export type FeedTexts = Readonly<Record<string, string | null>>;

/** A bus in Shanghai, UTC+8 all year: 8:00 at A, 8:10 at B, from Monday to Friday in March 2022. */
export const SMALL_FEED: Readonly<Record<string, string>> = {
  agency: 'agency_id,agency_name,agency_timezone\n1,Bus,Asia/Shanghai\n',
  stops: 'stop_id,stop_name,stop_lat,stop_lon\nA,First,31.1,121.1\nB,Second,31.2,121.2\nC,Third,31.3,121.3\n',
  routes: 'route_id,route_short_name,route_long_name,route_type\nR,7,Seven,3\n',
  trips: 'route_id,service_id,trip_id\nR,work,T\n',
  stop_times: 'trip_id,arrival_time,departure_time,stop_id,stop_sequence\nT,8:00:00,8:00:00,A,1\nT,8:10:00,8:10:00,B,2\n',
  calendar: 'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nwork,1,1,1,1,1,0,0,20220301,20220331\n',
};

/** Opens texts as the files of a feed; `chunkBytes` cuts them small. */
export function openTexts(texts: FeedTexts, chunkBytes: number = 1 << 20): OpenFeedFile {
  return (file) => {
    const text = texts[file.replace(/\.txt$/, '')];
    if (text === undefined || text === null) return undefined;
    const bytes = new TextEncoder().encode(text);
    return {
      name: `feed/${file}`,
      sizeBytes: bytes.length,
      *chunks() {
        for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
      },
    };
  };
}

/** Reads the small feed with some of its files changed. */
export const readSmall = (changes: FeedTexts = {}, options: ReadFeedOptions = {}): Promise<FeedReading> =>
  readFeed(openTexts({ ...SMALL_FEED, ...changes }), options);

/** Texts of a feed of `fixtures/gtfs`, and what was read of it. */
export async function readFixture(name: string): Promise<FeedReading & { readonly texts: Record<string, string> }> {
  const opened = await openFeed(new URL(`../../fixtures/gtfs/${name}`, import.meta.url).pathname);
  try {
    const texts: Record<string, string> = {};
    for (const file of ['calendar', 'calendar_dates', 'trips', 'stop_times', 'frequencies']) {
      const decoder = new TextDecoder();
      const source = opened.open(`${file}.txt`);
      if (!source) continue;
      let text = '';
      for await (const chunk of source.chunks()) text += decoder.decode(chunk, { stream: true });
      texts[file] = text;
    }
    return { ...(await readFeed((file) => opened.open(file))), texts };
  } finally {
    opened.close();
  }
}
