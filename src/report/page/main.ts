/** The page: unpacks its data, draws every view, and draws them again in the other language. */
import { h, replace } from './dom.js';
import { Lists, unpack } from './lists.js';
import { State } from './state.js';
import { cleanSection } from './views/clean.js';
import { curveSection } from './views/curve.js';
import { graphSection } from './views/graph.js';
import { header } from './views/header.js';
import { madeSection } from './views/made.js';
import { mapSection } from './views/map.js';
import { peopleSection } from './views/people.js';
import { personSection } from './views/person.js';
import { shortSection } from './views/short.js';
import { timelineSection } from './views/timeline.js';
import { langNow, setLang, t } from './words.js';

async function start(): Promise<void> {
  const page = document.getElementById('page')!;
  try {
    const data = await unpack(document.getElementById('data')!.textContent ?? '');
    setLang(data.lang);
    const state = new State(new Lists(data));
    const head = h('div', {});
    const draw = (): void => {
      state.forget();
      document.documentElement.lang = langNow() === 'zh' ? 'zh-CN' : 'en';
      document.title = t('title');
      const switchLang = (): void => {
        setLang(langNow() === 'en' ? 'zh' : 'en');
        draw();
        document.getElementById('lang')?.focus();
      };
      const short = shortSection(state);
      const drawHead = (): void => replace(head, header(state, short, switchLang));
      drawHead();
      const views = [peopleSection, timelineSection, cleanSection, personSection, curveSection, mapSection, graphSection, madeSection];
      replace(page, head, h('main', {}, ...views.map((view) => view(state))));
      state.onChange((changed) => {
        if (changed.has('rule')) drawHead();
      });
      state.set({ ...state.choice });
    };
    draw();
    document.documentElement.dataset['ready'] = 'true';
  } catch (error) {
    replace(
      page,
      h(
        'p',
        { role: 'alert', class: 'box' },
        `This page could not be shown; its data may be damaged. 页面无法显示，数据可能已损坏。 (${error instanceof Error ? error.name : 'error'})`,
      ),
    );
    throw error;
  }
}

void start();
