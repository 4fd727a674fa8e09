/** A server for one person at this machine: 127.0.0.1 alone, a link that works once, a form, and the report's page as the answer. Nothing is kept. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { CopresenceError, InputError, OptionError, StateError } from '../../core/errors.js';
import type { RuleJson } from '../../model/rule.js';
import { PRESETS } from '../../rules/presets.js';
import { MAX_ROWS, buildPage } from '../build-page.js';
import { pageBundle } from '../page-bundle.js';
import { pageHtml, pagePolicy } from '../page-html.js';
import { RunFolder } from '../read-lists.js';
import { checkMaxRows } from '../report-files.js';
import { AskedIndex } from './ask-index.js';
import { FORM_POLICY, formPage, refusalPage, type FormOptions } from './form-page.js';
import { Gate } from './gate.js';
import { FormError, readForm } from './read-form.js';

export interface ServeOptions {
  /** Folder of the index to ask; or else `folder`. */
  readonly index?: string;
  /** Folder of a finished match to show. */
  readonly folder?: string;
  /** @defaultValue one that is free */
  readonly port?: number;
  readonly lang?: 'en' | 'zh';
  readonly tz?: string;
  /** Rules to choose from besides the built-in ones. */
  readonly rules?: readonly RuleJson[];
  readonly maxRows?: number;
  readonly maxRejects?: string;
  /** Most bytes of a question. */
  readonly maxBytes?: number;
}

export interface ServeHooks {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Called once, with the link to open. */
  readonly onLink: (link: string) => void;
  /** Called after each answer. */
  readonly onAnswer?: (answer: { readonly cases: number; readonly people: number; readonly bytes: number }) => void;
  /** Called for what is our fault; whoever asked is told no details. */
  readonly onFault?: (error: unknown) => void;
}

/** Answers at once that stay open to be looked at again. */
const KEPT = 3;
/** Longest text that a form shows again. */
const SHOWN_AGAIN = 1_000_000;

/** Serves until the signal is aborted. @throws OptionError, InputError, StateError `E_PORT`. */
export async function serve(options: ServeOptions, hooks: ServeHooks): Promise<void> {
  if ((options.index === undefined) === (options.folder === undefined))
    throw new OptionError('E_SERVE', 'expected --index INDEX to ask, or the folder of a finished match to show, and not both');
  const { lang = 'en', port = 0, maxRows = MAX_ROWS } = options;
  if (lang !== 'en' && lang !== 'zh') throw new OptionError('E_LANG', `lang: expected en or zh, got '${String(lang)}'`);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new OptionError('E_NUMBER', `port: expected a whole number up to 65535, got ${String(port)}`);
  checkMaxRows(maxRows);
  const site = new Site(options, hooks);
  await site.open();
  try {
    if (!hooks.signal.aborted) await once(hooks.signal, 'abort');
  } finally {
    await site.close();
  }
}

class Site {
  readonly #options: ServeOptions;
  readonly #hooks: ServeHooks;
  readonly #asked: AskedIndex | null;
  readonly #rules: readonly RuleJson[];
  readonly #server: Server;
  readonly #pages = new Map<number, Buffer>();
  #gate!: Gate;
  #policy = '';
  #count = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ServeOptions, hooks: ServeHooks) {
    const { index, lang = 'en', maxRows = MAX_ROWS, rules = [], tz, maxRejects } = options;
    this.#options = options;
    this.#hooks = hooks;
    this.#rules = [...rules, ...PRESETS.filter(({ id }) => !rules.some((own) => own.id === id))];
    this.#asked =
      index === undefined
        ? null
        : new AskedIndex({ index, lang, maxRows, rules: this.#rules, ...(tz !== undefined && { tz }), ...(maxRejects !== undefined && { maxRejects }) });
    this.#server = createServer({ requestTimeout: 60_000, headersTimeout: 10_000, maxHeaderSize: 16_384 }, (request, response) => {
      void this.#handle(request, response);
    });
    this.#server.maxConnections = 32;
  }

  async open(): Promise<void> {
    const { folder, lang = 'en', maxRows = MAX_ROWS, port = 0 } = this.#options;
    const { signal } = this.#hooks;
    const bundle = await pageBundle();
    this.#policy = `${pagePolicy(bundle)}; frame-ancestors 'none'`;
    if (folder !== undefined) this.#keep([...pageHtml(await buildPage(new RunFolder(folder), { lang, maxRows, signal }), bundle)]);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause: NodeJS.ErrnoException) =>
        reject(new StateError('E_PORT', `port: expected one that is free, got ${cause.code ?? 'an error'}; choose another or leave --port out`, { cause })),
      );
      this.#server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
    });
    this.#gate = new Gate((this.#server.address() as AddressInfo).port);
    this.#hooks.onLink(this.#gate.link);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#last;
    this.#asked?.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const verdict = this.#gate.judge(request);
      if (verdict.kind === 'refuse')
        return send(response, verdict.status, FORM_POLICY, refusalPage(verdict.why), { connection: 'close', ...allowOf(verdict.status) });
      if (verdict.kind === 'enter') return send(response, 303, FORM_POLICY, '', { location: verdict.to, 'set-cookie': verdict.cookie });
      const { method, route } = verdict;
      if (route === '' && method === 'GET') return this.#asked ? this.#sendForm(response, 200) : this.#sendPage(response, 1);
      const asked = /^report-(\d{1,9})$/.exec(route);
      if (asked && method === 'GET') return this.#sendPage(response, Number(asked[1]));
      if (route === 'match' && this.#asked && method === 'POST') return await this.#answer(request, response, this.#asked);
      if (route === 'match' && this.#asked) return send(response, 303, FORM_POLICY, '', { location: './' });
      const isThere = route === '' || asked !== null;
      send(response, isThere ? 405 : 404, FORM_POLICY, refusalPage(isThere ? 'This page is only to be read.' : 'There is no such page.'), {
        connection: 'close',
        ...(isThere && { allow: 'GET' }),
      });
    } catch (error) {
      this.#hooks.onFault?.(error);
      if (!response.headersSent) send(response, 500, FORM_POLICY, refusalPage('This is a fault of ours; the terminal says more.'), { connection: 'close' });
      response.destroy();
    }
  }

  /** One question at a time; who leaves takes the question back. */
  async #answer(request: IncomingMessage, response: ServerResponse, asked: AskedIndex): Promise<void> {
    let chosen: Partial<FormOptions> = {};
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.#hooks.signal]);
    try {
      const question = await readForm(request, this.#options.maxBytes);
      chosen = { rule: question.rule, window: question.window, ...(question.pasted.length <= SHOWN_AGAIN && { pasted: question.pasted }) };
      const answering = this.#last.then(() => {
        signal.throwIfAborted();
        return asked.answer(question, signal);
      });
      this.#last = answering.catch(() => {});
      const { html, cases, people } = await answering;
      const number = this.#keep([html]);
      this.#hooks.onAnswer?.({ cases, people, bytes: html.length });
      send(response, 303, FORM_POLICY, '', { location: `report-${number}` });
    } catch (error) {
      if (signal.aborted) return void response.destroy();
      request.resume();
      if (error instanceof FormError) return this.#sendForm(response, error.status, { ...chosen, error: error.message });
      if (!(error instanceof CopresenceError)) throw error;
      this.#sendForm(response, error instanceof StateError ? 409 : 400, { ...chosen, error: messageOf(error) });
    }
  }

  #keep(pieces: readonly (string | Buffer)[]): number {
    const number = ++this.#count;
    this.#pages.set(number, Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))));
    this.#pages.delete(number - KEPT);
    return number;
  }

  #sendPage(response: ServerResponse, number: number): void {
    const page = this.#pages.get(number);
    if (!page) return send(response, 404, FORM_POLICY, refusalPage(`Only the last ${KEPT} answers are kept: ask again.`));
    send(response, 200, this.#policy, page);
  }

  #sendForm(response: ServerResponse, status: number, more: Partial<FormOptions> = {}): void {
    const { index = '', lang = 'en' } = this.#options;
    const days = this.#asked!.days;
    const about = `${basename(index)}: ${days} ${lang === 'zh' ? '天' : days === 1 ? 'day' : 'days'}`;
    send(response, status, FORM_POLICY, formPage({ lang, rules: this.#rules, about, ...more }), status === 200 ? {} : { connection: 'close' });
  }
}

const allowOf = (status: number): Record<string, string> => (status === 405 ? { allow: 'GET, POST' } : {});

/** Without the folder that the lists of a refused match would have been in: it is gone. */
function messageOf(error: CopresenceError): string {
  return error.code === 'E_REJECTS' && error.cause instanceof InputError ? error.cause.message : error.message;
}

function send(response: ServerResponse, status: number, policy: string, body: string | Buffer, more: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // Within this server the browser says where a form was sent from; elsewhere it says nothing.
    'referrer-policy': 'same-origin',
    ...more,
  });
  response.end(body);
}
