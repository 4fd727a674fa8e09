import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { buildIndex, type CheckInInput, type ContactRow } from '../../src/index.js';
import { readCheckIns, readPlaces } from '../../src/node.js';

/** Face-to-face slots of 20 s counted from the source, against the same as check-ins matched with everybody as a case. */
const SLOT_SEC = 20;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SFHH = join(ROOT, 'fixtures/sfhh/tij_SFHH.dat.gz');
const INVS15 = join(ROOT, '../shared/data/sociopatterns/workplace_InVS15_tij.dat.gz');
const SFHH_SCRIPT = new URL('../../scripts/sfhh-checkins.mjs', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'copresence-given-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('SFHH, a conference', () => {
  const slots = secondsByPair(SFHH);

  test('the slots say 403 people, 9,565 pairs and 1,405,220 s', () => {
    expect(totalsOf(slots)).toEqual({ people: 403, pairs: 9565, seconds: 1_405_220 });
  });

  test('with everybody a case, the contacts are the pairs of the source, each with its seconds', async () => {
    const { writeSfhhCheckIns } = (await import(SFHH_SCRIPT)) as { writeSfhhCheckIns: (dir: string) => { checkIns: string; places: string } };
    const { checkIns, places } = writeSfhhCheckIns(folder);
    const index = await buildIndex(readCheckIns(checkIns), { places: await readPlaces(places) });
    const people = [...peopleOf(slots)];
    const { contacts } = index.match(
      people.map((person_id) => ({ person_id })),
      { window: 'all' },
    );
    expect(secondsOfContacts(contacts)).toEqual(new Map([...slots].sort()));
    expect(
      contacts.every(
        ({ contact_is_case, grade, total_certain_s, total_possible_s }) => contact_is_case && grade === 'certain' && total_certain_s === total_possible_s,
      ),
    ).toBe(true);
    expect(contacts.filter(({ case_id }) => case_id === '1599')).toHaveLength(169);

    const network = index.network();
    const pairs = [...network.pairs()];
    expect(new Map(pairs.map(({ person_a, person_b, total_certain_s }) => [`${person_a}-${person_b}`, total_certain_s]))).toEqual(new Map([...slots].sort()));
    const meetings = [...network];
    expect([meetings.length, meetings.reduce((sum, row) => sum + row.overlap_certain_s, 0)]).toEqual([network.countMeetings(), 1_405_220]);
    expect(new Set(meetings.flatMap(({ person_a, person_b }) => [person_a, person_b])).size).toBe(403);
  });
});

describe('InVS15, a workplace', () => {
  if (!existsSync(INVS15)) console.warn(`SKIPPED: the InVS15 data are not at ${INVS15}; 217 people and 4,274 pairs go unchecked`);

  test.skipIf(!existsSync(INVS15))('with everybody a case, the contacts are the 4,274 pairs of 217 people, with 1,564,980 s between them', () => {
    const slots = secondsByPair(INVS15);
    expect(totalsOf(slots)).toEqual({ people: 217, pairs: 4274, seconds: 1_564_980 });
    const { contacts } = buildIndex(meetingsOf(INVS15)).match(
      [...peopleOf(slots)].map((person_id) => ({ person_id })),
      { window: 'all' },
    );
    expect(secondsOfContacts(contacts)).toEqual(new Map([...slots].sort()));
  });
});

/** Lines `t i j`: i and j faced each other during [t, t + 20). */
function slotsOf(file: string): { slot: number; pair: string }[] {
  const lines = gunzipSync(readFileSync(file)).toString('latin1').trim().split('\n');
  return lines.map((line) => {
    const [slot, i, j] = line.trim().split(/\s+/).map(Number);
    return { slot: slot!, pair: `${Math.min(i!, j!)}-${Math.max(i!, j!)}` };
  });
}

function secondsByPair(file: string): Map<string, number> {
  const slots = new Map<string, Set<number>>();
  for (const { slot, pair } of slotsOf(file)) slots.set(pair, (slots.get(pair) ?? new Set()).add(slot));
  return new Map([...slots].map(([pair, each]) => [pair, each.size * SLOT_SEC]));
}

/** Check-ins with a check-out, two for each meeting, at a place named for the pair: consecutive slots are one meeting. */
function meetingsOf(file: string): CheckInInput[] {
  const dayZero = Date.UTC(2013, 5, 3) / 1000;
  const slots = new Map<string, Set<number>>();
  for (const { slot, pair } of slotsOf(file)) slots.set(pair, (slots.get(pair) ?? new Set()).add(slot));
  return [...slots].flatMap(([pair, each]) =>
    [...each]
      .filter((slot) => !each.has(slot - SLOT_SEC))
      .flatMap((start) => {
        let end = start + SLOT_SEC;
        while (each.has(end)) end += SLOT_SEC;
        return pair.split('-').map((person_id) => ({ person_id, place_id: pair, time: dayZero + start, check_out: dayZero + end }));
      }),
  );
}

const peopleOf = (slots: ReadonlyMap<string, number>): Set<string> => new Set([...slots.keys()].flatMap((pair) => pair.split('-')));

const totalsOf = (slots: ReadonlyMap<string, number>): object => ({
  people: peopleOf(slots).size,
  pairs: slots.size,
  seconds: [...slots.values()].reduce((sum, each) => sum + each, 0),
});

/** Certain seconds by pair, from the smaller id's row; every pair must stand there twice, with the same seconds. */
function secondsOfContacts(contacts: readonly ContactRow[]): Map<string, number> {
  const seconds = (isForward: boolean): Map<string, number> =>
    new Map(
      contacts
        .flatMap(({ case_id, contact_id, total_certain_s }): [string, number][] => {
          if (Number(case_id) < Number(contact_id) !== isForward) return [];
          return [[isForward ? `${case_id}-${contact_id}` : `${contact_id}-${case_id}`, total_certain_s]];
        })
        .sort(),
    );
  const forward = seconds(true);
  expect(seconds(false)).toEqual(forward);
  expect(contacts).toHaveLength(forward.size * 2);
  return forward;
}
