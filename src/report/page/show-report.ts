/** Draws every view of a page's data, and draws them again in the other language. */
import type { PageData } from '../page-data.js';
import { h, replace } from './dom.js';
import { Lists } from './lists.js';
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

/** What a page puts around the views. */
export interface Around {
  /** Above all. */
  readonly top?: () => HTMLElement;
  /** Between the head and the list of people. */
  readonly lead?: () => HTMLElement;
}

export function showReport(page: HTMLElement, data: PageData, { top, lead }: Around = {}): void {
  const state = new State(new Lists(data));
  const head = h('div', {});
  const draw = (): void => {
    state.forget();
    setDocument(t('title'));
    const switchLang = (): void => {
      setLang(langNow() === 'en' ? 'zh' : 'en');
      draw();
      document.getElementById('lang')?.focus();
    };
    const short = shortSection(state);
    const drawHead = (): void => replace(head, header(state, short, switchLang));
    drawHead();
    const views = [peopleSection, timelineSection, cleanSection, personSection, curveSection, mapSection, graphSection, madeSection];
    replace(page, top?.(), head, h('main', {}, lead?.(), ...views.map((view) => view(state))));
    state.onChange((changed) => {
      if (changed.has('rule')) drawHead();
    });
    state.set({ ...state.choice });
  };
  draw();
}

/** The language and the title of the document. */
export function setDocument(title: string): void {
  document.documentElement.lang = langNow() === 'zh' ? 'zh-CN' : 'en';
  document.title = title;
}
