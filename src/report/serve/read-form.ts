/** A form that a page of ours sent → its fields. */
import type { IncomingMessage } from 'node:http';

/** More than a list of a million cases has. */
export const MOST_BYTES = 64_000_000;

export interface Question {
  /** Rows of cases, as they were pasted or as their file has them. */
  readonly cases: Uint8Array;
  readonly encoding: string;
  readonly rule: string;
  readonly window: string;
  /** What was pasted, to be shown again. */
  readonly pasted: string;
}

/** Why a body was not taken, with the status to answer. */
export class FormError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** @throws FormError if it is too large or no form of ours. */
export async function readForm(request: IncomingMessage, most: number = MOST_BYTES): Promise<Question> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data;/i.test(type)) throw new FormError(415, 'expected the form of this page');
  const form = await parsed(await bodyOf(request, most), type);
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  const file = form.get('file');
  const bytes = file === null || typeof file === 'string' ? new Uint8Array(0) : new Uint8Array(await file.arrayBuffer());
  const pasted = text('cases').replaceAll('\r\n', '\n').trim(); // forms send \n as \r\n
  if (bytes.length === 0 && pasted === '') throw new FormError(400, 'expected cases: paste them or choose a file');
  if (bytes.length > 0 && pasted !== '') throw new FormError(400, 'expected cases once, got pasted ones and a file: remove one of them');
  const isFile = bytes.length > 0;
  return {
    cases: isFile ? bytes : new TextEncoder().encode(`${pasted}\n`),
    encoding: isFile ? text('encoding') || 'utf-8' : 'utf-8',
    rule: text('rule'),
    window: text('window'),
    pasted,
  };
}

async function bodyOf(request: IncomingMessage, most: number): Promise<Buffer> {
  const tooLarge = new FormError(413, `expected at most ${most / 1_000_000} MB of cases`);
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // What is left is read and thrown away by the server: a connection that is cut would lose the reason.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function parsed(body: Buffer, type: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  } catch {
    throw new FormError(400, 'expected the form of this page');
  }
}
