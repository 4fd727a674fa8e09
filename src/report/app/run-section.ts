/** The match in a worker: how far it is, a way to stop it, and what went wrong. */
import { h, replace, shown } from '../page/dom.js';
import { count } from '../page/words.js';
import type { FromTab, TabAnswer, TabList, TabProgress } from '../tab/messages.js';
import { tabFiles, tabOptions, type Choices } from './choices.js';
import { saveButton } from './save.js';
import { TabRun } from './tab-run.js';
import { a, type AppWord } from './words.js';

/** The parts of the work in the bar: where each begins and ends. What is left is drawing, during which nothing can be told. */
const PARTS: Readonly<Record<TabProgress['phase'], readonly [from: number, to: number]>> = {
  read: [0, 0.3],
  stays: [0.3, 0.4],
  match: [0.4, 0.45],
  write: [0.45, 0.55],
  show: [0.55, 0.9],
};

/** The match that runs now: one at a time. */
let current: TabRun | null = null;

export function runSection(choices: Choices, onAnswer: (answer: TabAnswer) => void): HTMLElement {
  const bar = h('progress', { max: 1, value: 0, 'aria-label': a('match') });
  const text = h('p', { role: 'status', 'aria-live': 'polite' });
  const trouble = h('div', { role: 'alert' });
  const start = h('button', { type: 'button', id: 'match', class: 'primary' }, a('match'));
  const stop = h('button', { type: 'button', id: 'cancel' }, a('cancel'));
  const running = h('div', { class: 'running', hidden: true }, bar, stop);

  const show = (isRunning: boolean): void => {
    running.hidden = !isRunning;
    start.hidden = isRunning;
  };
  const finish = (): void => {
    current?.stop();
    current = null;
    show(false);
  };
  const tell = ({ phase, name, rows, share }: TabProgress): void => {
    const [from, to] = PARTS[phase];
    const at = from + (to - from) * (Number.isFinite(share) ? share : 0.5);
    if (at > bar.value) bar.value = at;
    text.textContent = a(`phase.${phase}`, shown(name, 60), count(rows));
  };
  const fail = (message: string, isBug: boolean, rejects: TabList | null): void => {
    finish();
    text.textContent = '';
    replace(
      trouble,
      h(
        'div',
        { class: 'box trouble' },
        h('strong', {}, a('fault')),
        ...message.split('\n').map((line) => h('p', { class: 'message' }, shown(line, 1000))),
        ...flagsIn(message).map((hint) => h('p', { class: 'dim' }, hint)),
        isBug && h('p', {}, a('bug')),
        rejects && h('p', {}, saveButton(rejects, a('saveRejects', count(rejects.rows)))),
      ),
    );
    start.focus();
  };
  const hear = (message: FromTab): void => {
    if ('progress' in message) tell(message.progress);
    else if ('fault' in message) fail(message.fault.message, message.fault.isBug, message.fault.rejects);
    else {
      finish();
      onAnswer(message.answer);
    }
  };
  const run = (): void => {
    const lacking = whatIsLacking(choices);
    replace(trouble, lacking !== null && h('p', { class: 'flag' }, lacking.text));
    text.textContent = '';
    if (lacking) {
      if (lacking.focus !== null) document.getElementById(lacking.focus)?.focus();
      return;
    }
    show(true);
    bar.value = 0;
    stop.focus();
    current = new TabRun({ files: tabFiles(choices), options: tabOptions(choices) }, hear);
  };
  start.addEventListener('click', run);
  stop.addEventListener('click', () => {
    finish();
    text.textContent = a('cancelled');
    start.focus();
  });
  show(current !== null);
  current?.listen(hear);
  return h('section', { class: 'run', 'aria-label': a('match') }, start, running, text, trouble);
}

/** Where the flags of the command line that a message speaks of are on this page. */
const FLAGS: Readonly<Record<string, AppWord>> = {
  '--max-rejects': 'rejects',
  '--encoding': 'encoding',
  '--map': 'columns',
  '--time-format': 'patterns',
  '--tz': 'zone',
  '--window': 'window',
  '--scope': 'scope',
  '--no-episodes': 'episodes',
};

function flagsIn(message: string): string[] {
  const named = Object.entries(FLAGS).filter(([flag]) => message.includes(flag));
  if (named.some(([, word]) => word === 'rejects' || word === 'patterns' || word === 'episodes'))
    document.querySelector('.more-settings')?.setAttribute('open', '');
  return named.map(([flag, word]) => a('flagHere', flag, a(word)));
}

/** What must be said before a match can begin, and where. */
function whatIsLacking(choices: Choices): { readonly text: string; readonly focus: string | null } | null {
  const { files } = choices;
  const unknown = files.find(({ table }) => table === null);
  if (!files.some(({ table }) => table === 'checkins'))
    return { text: a(unknown ? 'needKind' : 'needCheckins', unknown ? shown(unknown.file.name, 80) : ''), focus: 'files' };
  if (unknown) return { text: a('needKind', shown(unknown.file.name, 80)), focus: null };
  if (!files.some(({ table }) => table === 'cases' || table === 'visits')) return { text: a('needCases'), focus: 'files' };
  return choices.confirmedTz === choices.tz ? null : { text: a('needZone'), focus: 'zone-confirmed' };
}
