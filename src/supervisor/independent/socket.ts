/** The socket of the supervisor: to ask for a stop, to see how it goes, and to have the runtime back before every venue has confirmed. Only this machine's user can open it. */
import type { NetApp, ServedAnswer, ServedRequest } from '../../ports/index.ts';
import type { IndependentPath } from './path.ts';
import { isStopWord, stopWords } from './words.ts';

export function stopSocket(path: Pick<IndependentPath, 'ask' | 'leave' | 'view'>): NetApp {
  return { request: (request) => Promise.resolve(answerTo(path, request)) };
}

function answerTo(path: Pick<IndependentPath, 'ask' | 'leave' | 'view'>, request: ServedRequest): ServedAnswer {
  const at = `${request.method} ${request.path}`;
  if (at === 'GET /api/v1/stop-all') return json(200, { stop: path.view ?? null });
  if (at !== 'POST /api/v1/stop-all' && at !== 'POST /api/v1/start-again') return refused(404, `there is nothing at ${at.slice(0, 80)}`, 'ask GET or POST /api/v1/stop-all');
  const words = wordsIn(request);
  const [by, reason] = [text(words['by']) ?? 'somebody at the socket of the supervisor', text(words['reason']) ?? 'no reason given'];
  if (at === 'POST /api/v1/start-again') {
    return path.leave(by) ? json(202, { stop: path.view ?? null }) : refused(409, 'no stop is under way that is remembered', 'look with GET /api/v1/stop-all');
  }
  const { word = 'cancel' } = words; // a stop needs no well-formed body
  if (!isStopWord(word)) return refused(400, `"word" is none of ${stopWords.join(', ')}`, 'send one of them, or nothing at all to halt and cancel');
  return json(202, { stop: path.ask({ word, by, reason }) ?? null });
}

function wordsIn({ body }: ServedRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {};
  } catch {
    return {};
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined);
const json = (status: number, body: unknown): ServedAnswer => ({ kind: 'answer', status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) });
const refused = (status: number, detail: string, doNext: string): ServedAnswer => ({
  kind: 'answer', status, headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  body: JSON.stringify({ code: 'BW-6105', title: 'Not understood by the supervisor', detail: `${detail}. Nothing was done; ${doNext}.`, retry: 'no' }),
});
