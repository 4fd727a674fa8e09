/** Why a person is on the list: each case, the clauses that hold, each meeting with both stays, their bounds and the lines they rest on. */
import { scaleLinear } from 'd3-scale';
import { h, named, replace, shown, svg } from '../dom.js';
import { gradeRank, pairKey } from '../lists.js';
import type { State } from '../state.js';
import { type Word, count, counted, duration, t, wordOf } from '../words.js';
import { boundsText, caseButton, gradeBadge, methodText, reasonText, roomButton } from './parts.js';

const FIRST_PAIRS = 10;
const FIRST_EPISODES = 20;

export function why(state: State): HTMLElement {
  const body = h('div', { class: 'why-body' });
  const panel = h(
    'aside',
    { class: 'why', 'aria-labelledby': 'why-title', 'aria-live': 'polite', tabindex: 0 },
    h('h3', { id: 'why-title' }, t('whyTitle')),
    body,
  );
  const draw = (): void => {
    panel.scrollTop = 0;
    replace(body, ...(state.choice.person === null ? [h('p', { class: 'dim' }, t('whyEmpty'))] : reasons(state, state.choice.person)));
  };
  state.onChange((changed) => {
    if (changed.has('person') || changed.has('rule')) draw();
  });
  draw();
  return panel;
}

function reasons(state: State, person: string): Node[] {
  const { lists, choice } = state;
  const { people, contacts } = lists;
  const row = lists.peopleRow.get(pairKey(choice.rule, person));
  const pairs = [...(lists.contactsOfPerson.get(pairKey(choice.rule, person)) ?? [])].sort(
    (a, b) =>
      gradeRank(contacts.text('grade', a)) - gradeRank(contacts.text('grade', b)) ||
      contacts.num('total_likely_s', b) - contacts.num('total_likely_s', a) ||
      a - b,
  );
  const made: Node[] = [];
  if (row !== undefined) {
    const sum = t(
      'whySum',
      t(people.text('grade', row) as Word),
      counted('cases', people.num('cases', row)),
      counted('places', people.num('places', row)),
      duration(people.num('total_certain_s', row)),
      duration(people.num('total_likely_s', row)),
      duration(people.num('total_possible_s', row)),
    );
    made.push(h('p', {}, h('strong', {}, named(person, 80)), ' ', gradeBadge(people.text('grade', row))), h('p', {}, sum));
  } else made.push(h('p', {}, h('strong', {}, named(person, 80))));
  made.push(h('p', {}, h('a', { href: '#person' }, t('showPerson'))));
  const unseen = lists.data.run.rules.find(({ id }) => id === choice.rule)?.unseen;
  if (unseen !== undefined) made.push(h('p', { class: 'ask' }, t('ask', shown(unseen, 600))));
  const cases = row === undefined ? 0 : people.num('cases', row);
  if (pairs.length < cases) made.push(h('p', { class: 'dim' }, t('somePairs', count(pairs.length), count(cases))));
  made.push(...inParts(pairs, FIRST_PAIRS, (pair, at) => pairBox(state, pair, at === 0)));
  return made;
}

function pairBox(state: State, row: number, isOpen: boolean): HTMLElement {
  const { lists, choice } = state;
  const { contacts } = lists;
  const caseId = contacts.text('case_id', row);
  const grade = contacts.text('grade', row);
  const clauses = contacts.text('reasons', row).split('|').filter(Boolean).map(reasonText);
  const box = h(
    'details',
    { class: 'pair', open: isOpen },
    h('summary', {}, t('withCase', shown(caseId, 60)), ' ', gradeBadge(grade), ` ${duration(contacts.num('total_likely_s', row))}`),
  );
  const fill = (): void => {
    if (box.childElementCount > 1) return;
    const episodes = lists.episodesOfPair.get(pairKey(choice.rule, pairKey(caseId, contacts.text('contact_id', row)))) ?? [];
    const all = contacts.num('episodes', row);
    box.append(
      h('p', {}, caseButton(state, caseId), ` — ${t('becauseAt', clauses.join('; '), t(`holds.${grade}` as Word))}`),
      ...(episodes.length < all ? [h('p', { class: 'dim' }, t('someEpisodes', count(episodes.length), count(all)))] : []),
      ...inParts(episodes, FIRST_EPISODES, (episode) => episodeBox(state, episode)),
    );
  };
  if (isOpen) fill();
  box.addEventListener('toggle', fill);
  return box;
}

function episodeBox(state: State, row: number): HTMLElement {
  const { episodes } = state.lists;
  const num = (column: string): number => episodes.num(column, row);
  const text = (column: string): string => episodes.text(column, row);
  const overlap =
    text('kind') === 'after'
      ? t('after', duration(num('gap_s')))
      : t('together', duration(num('overlap_certain_s')), duration(num('overlap_likely_s')), duration(num('overlap_possible_s')));
  const lines = [text('case_rows'), text('contact_rows')].filter(Boolean).map((cell) => cell.replaceAll('|', ', '));
  return h(
    'div',
    { class: 'episode' },
    h(
      'p',
      {},
      roomButton(state, episodes, row),
      h('span', { class: 'when' }, ` ${state.clock.span(num('start'), num('end'))}`),
      ' ',
      gradeBadge(text('grade')),
    ),
    h('p', {}, overlap),
    text('kind') === 'after' ? null : miniature(state, row),
    h('p', { class: 'dim' }, `${t('caseThere', boundsText(state, episodes, row, 'case'))} (${methodText(text('case_method'))})`),
    h('p', { class: 'dim' }, `${t('personThere', boundsText(state, episodes, row, 'contact'))} (${methodText(text('contact_method'))})`),
    text('from_stop') === '' ? null : h('p', { class: 'dim' }, t('stops', shown(text('from_stop'), 60), shown(text('to_stop'), 60))),
    text('flags') === ''
      ? null
      : h(
          'p',
          { class: 'flag' },
          `⚑ ${text('flags')
            .split('|')
            .map((flag) => wordOf('flag', flag))
            .join('; ')}`,
        ),
    lines.length === 0 ? null : h('p', { class: 'evidence' }, t('evidence', shown(lines.join(' · '), 300))),
  );
}

/** Both stays of a meeting, and the time together, on one scale. */
function miniature(state: State, row: number): SVGElement {
  const { episodes } = state.lists;
  const num = (column: string): number => episodes.num(column, row);
  const from = Math.min(num('case_start'), num('contact_start'));
  const likelyEnd = Math.max(num('case_end_likely'), num('contact_end_likely'), num('end'));
  const to = Math.min(Math.max(num('case_end_possible'), num('contact_end_possible')), likelyEnd + (likelyEnd - from) / 2);
  const x = scaleLinear([from, Math.max(to, from + 60)], [0, 300]).clamp(true);
  const bar = (start: number, end: number, y: number, height: number, name: string): SVGElement =>
    svg('rect', { x: x(start).toFixed(1), y, width: Math.max(0, x(end) - x(start)).toFixed(1), height, class: name });
  const stay = (who: 'case' | 'contact', y: number): SVGElement[] =>
    (['possible', 'likely', 'certain'] as const).map((grade) =>
      bar(num(`${who}_start`), num(`${who}_end_${grade}`), y, 10, `${who === 'case' ? 'stay-case' : 'stay'} ${grade}`),
    );
  const together = (['possible', 'likely', 'certain'] as const).map((grade) =>
    bar(num('start'), num('start') + num(`overlap_${grade}_s`), 26, 7, `together ${grade}`),
  );
  return svg(
    'svg',
    { viewBox: '0 0 300 34', class: 'miniature', 'aria-hidden': 'true', preserveAspectRatio: 'none' },
    ...stay('case', 0),
    ...stay('contact', 13),
    ...together,
  );
}

/** The first of some rows, and a button for more of them. */
export function inParts(rows: readonly number[], size: number, make: (row: number, at: number) => Node, from = 0): Node[] {
  const made = rows.slice(from, from + size).map((row, i) => make(row, from + i));
  const rest = rows.length - from - size;
  if (rest <= 0) return made;
  const button = h('button', { type: 'button', class: 'more' }, t('moreRows', count(Math.min(rest, size))));
  button.addEventListener('click', () => button.replaceWith(...inParts(rows, size, make, from + size)));
  return [...made, button];
}
