/** The page of a report: unpacks its data and shows it. */
import { h, replace } from './dom.js';
import { unpack } from './lists.js';
import { showReport } from './show-report.js';
import { setLang } from './words.js';

async function start(): Promise<void> {
  const page = document.getElementById('page')!;
  try {
    const data = await unpack(document.getElementById('data')!.textContent ?? '');
    setLang(data.lang);
    showReport(page, data);
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
