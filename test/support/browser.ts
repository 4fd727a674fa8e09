/** Debian's chromium for tests (apt-get install chromium), or COPRESENCE_CHROMIUM with the path of another; and how alike two of its pictures are. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

export const CHROMIUM: string = process.env['COPRESENCE_CHROMIUM'] ?? '/usr/bin/chromium';
export const hasChromium: boolean = existsSync(CHROMIUM);
export const SLOW_MS = 240_000;

/** Text in boxes of grey, the same on every screen: no colours at the edges of letters. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-lcd-text', '--font-render-hinting=none', '--force-color-profile=srgb'],
    timeout: SLOW_MS,
  });

/** What pictures depend on besides the page: the browser's major version, and how wide its fonts set some words. */
export async function fingerprint(browser: Browser): Promise<string> {
  const page = await browser.newPage();
  const widths = await page.evaluate(`(() => {
    const drawing = document.createElement('canvas').getContext('2d');
    return ['15px system-ui', 'bold 15px sans-serif', '13px monospace'].flatMap((font) => {
      drawing.font = font;
      return ['Whom to call first, 0123456789', '先联系谁，为什么', '●◐○'].map((text) => drawing.measureText(text).width.toFixed(2));
    }).join(' ');
  })()`);
  await page.close();
  return `chromium ${browser.version().split('.')[0]}; widths ${String(widths)}`;
}

/** Pixels in which two PNG files differ by more than `by` of 255 in some channel; null if they are not of one size. */
export async function differingPixels(page: Page, a: Buffer, b: Buffer, by = 40): Promise<number | null> {
  const [one, other] = [a, b].map((png) => `data:image/png;base64,${png.toString('base64')}`);
  return (await page.evaluate(`(async () => {
    const pixels = async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      const drawing = canvas.getContext('2d');
      drawing.drawImage(image, 0, 0);
      return drawing.getImageData(0, 0, image.width, image.height);
    };
    const [a, b] = [await pixels(${JSON.stringify(one)}), await pixels(${JSON.stringify(other)})];
    if (a.width !== b.width || a.height !== b.height) return null;
    let count = 0;
    for (let i = 0; i < a.data.length; i += 4) {
      if ([0, 1, 2].some((channel) => Math.abs(a.data[i + channel] - b.data[i + channel]) > ${by})) count++;
    }
    return count;
  })()`)) as number | null;
}
