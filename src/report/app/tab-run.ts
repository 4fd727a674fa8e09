/** A match in a worker of its own, which is ended to stop it. It goes on while the page is drawn anew, and tells whoever listens now. */
import { unpackText } from '../page/lists.js';
import type { FromTab, ToTab } from '../tab/messages.js';

let code: Promise<string> | undefined;
/** The worker's code, which the page carries as data. */
const workerCode = (): Promise<string> => (code ??= unpackText(document.getElementById('worker')!.textContent ?? ''));

export class TabRun {
  #worker: Worker | undefined;
  #isStopped = false;
  #last: FromTab | undefined;
  #hear: (message: FromTab) => void;

  constructor(question: ToTab, hear: (message: FromTab) => void) {
    this.#hear = hear;
    this.#start(question).catch((error: unknown) => this.#fail(String(error)));
  }

  /** From now on this hears, first what was said last. */
  listen(hear: (message: FromTab) => void): void {
    this.#hear = hear;
    if (this.#last) hear(this.#last);
  }

  stop(): void {
    this.#isStopped = true;
    this.#worker?.terminate();
  }

  async #start(question: ToTab): Promise<void> {
    const text = await workerCode();
    if (this.#isStopped) return;
    const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    const worker = new Worker(url);
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromTab>) => this.#tell(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(event.message || 'worker');
    };
    worker.onmessageerror = () => this.#fail('message');
    worker.postMessage(question);
    URL.revokeObjectURL(url);
  }

  #tell(message: FromTab): void {
    if (this.#isStopped) return;
    this.#last = message;
    if (!('progress' in message)) this.stop();
    this.#hear(message);
  }

  #fail(message: string): void {
    this.#tell({ fault: { message, isBug: true, rejects: null } });
  }
}
