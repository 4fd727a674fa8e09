/**
 * Who may ask the server: whoever had the printed link, from its own pages, in one browser. The link's token works once; the cookie that it is
 * exchanged for goes to no other path, since other servers of 127.0.0.1 would get it otherwise. A Host that is not ours is a name that was bent to this machine.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What is to be done with a request: refused, sent on with a cookie, or answered. */
export type Verdict =
  | { readonly kind: 'refuse'; readonly status: number; readonly why: string }
  | { readonly kind: 'enter'; readonly cookie: string; readonly to: string }
  | { readonly kind: 'pass'; readonly method: 'GET' | 'POST'; readonly route: string };

const draw = (): string => randomBytes(24).toString('base64url');

export class Gate {
  readonly #port: number;
  readonly #session = draw();
  /** All pages are below it. */
  readonly #base = `/${randomBytes(12).toString('base64url')}/`;
  #token: string | null = draw();

  constructor(port: number) {
    this.#port = port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The link to print. It works once. */
  get link(): string {
    return `${this.origin}/?token=${this.#token ?? ''}`;
  }

  judge(request: IncomingMessage): Verdict {
    const { method = '', headers } = request;
    const hosts = [`127.0.0.1:${this.#port}`, ...(this.#port === 80 ? ['127.0.0.1'] : [])];
    if (!hosts.includes(headers.host ?? '')) return refuse(421, 'This server answers to its own address alone.');
    if (method !== 'GET' && method !== 'POST') return refuse(405, 'Only GET and POST are answered.');
    const url = new URL(request.url ?? '/', this.origin);
    const isKnown = same(this.#cookieOf(headers.cookie), this.#session);
    const token = url.searchParams.get('token');
    if (method === 'GET' && url.pathname === '/' && token !== null) {
      if (this.#token === null || !same(token, this.#token)) return refuse(403, USED);
      this.#token = null;
      return { kind: 'enter', to: this.#base, cookie: `${this.#name}=${this.#session}; Path=${this.#base}; HttpOnly; SameSite=Strict` };
    }
    if (!isKnown) return refuse(403, USED);
    if (!url.pathname.startsWith(this.#base)) return refuse(404, 'There is no such page.');
    if (method === 'POST' && !this.#isOwn(headers)) return refuse(403, 'Questions are taken from the pages of this server alone.');
    return { kind: 'pass', method, route: url.pathname.slice(this.#base.length) };
  }

  get #name(): string {
    return `copresence-${this.#port}`;
  }

  #cookieOf(header: string | undefined): string {
    const start = `${this.#name}=`;
    const found = (header ?? '').split(';').find((part) => part.trim().startsWith(start));
    return found?.trim().slice(start.length) ?? '';
  }

  /** Browsers say where a form was sent from; no page of another origin can say that it was here. */
  #isOwn(headers: IncomingMessage['headers']): boolean {
    const site = headers['sec-fetch-site'];
    return headers.origin === this.origin && (site === undefined || site === 'same-origin');
  }
}

const USED = 'The link was used, or is not of this server. It works once, in one browser: stop copresence serve and start it again for a new one.';

const refuse = (status: number, why: string): Verdict => ({ kind: 'refuse', status, why });

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
