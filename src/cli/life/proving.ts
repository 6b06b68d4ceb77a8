/**
 * Tells the supervisor again and again that this life does what it is there for.
 *
 *   L4. "Proven" is told by what would have to work: the gate and the disk, or, without a journal, the door that says no; and then
 *       the question how things stand. While one of them does not answer, nothing is told, and nothing else tells it.
 */
import { reasonOf } from '../../base/index.ts';
import type { Clock, NetApp, ServedAnswer, Word } from '../../ports/index.ts';
import type { Runtime } from '../../runtime/index.ts';

const PROVE_EVERY_MS = 1_000;

/** What there is to be proven, at this moment: all undefined while a life boots. */
export type Provable = { readonly runtime: Runtime | undefined; readonly open: NetApp | undefined; readonly control: NetApp | undefined };

export function keepProving(clock: Clock, now: () => Provable, say: (word: Word) => void): void {
  const again = (): void => void clock.timer(PROVE_EVERY_MS, once);
  const once = (): void => {
    prove(now()).then((sentence) => {
      say({ kind: 'proven', sentence });
      again();
    }, again); // no proof, and so no word
  };
  again();
}

/** @returns how things stand, in a sentence; rejects, or stays silent, where that cannot be proven */
export async function prove({ runtime, open, control }: Provable): Promise<string> {
  if (runtime !== undefined) await runtime.prove();
  else {
    const { status, kind } = await asked(open, 'POST', '/api/v1/intents');
    if (kind !== 'answer' || status < 500) throw new Error(`without a journal an order is refused, and was answered ${status}`);
  }
  const { status, body } = await asked(control, 'GET', '/api/v1/status');
  if (status !== 200) throw new Error(`how things stand was answered ${status}`);
  const { sentence } = JSON.parse(body) as { readonly sentence?: unknown };
  if (typeof sentence !== 'string') throw new Error(`how things stand came without a sentence: ${reasonOf(body)}`);
  return sentence;
}

async function asked(app: NetApp | undefined, method: string, path: string): Promise<{ readonly kind: ServedAnswer['kind']; readonly status: number; readonly body: string }> {
  if (app === undefined) throw new Error('there is no door yet');
  const answer = await app.request({ method, path, query: new URLSearchParams(), headers: {}, body: new Uint8Array(), peer: 'the watchdog' });
  if (answer.kind !== 'answer') return { kind: answer.kind, status: 0, body: '' };
  return { kind: 'answer', status: answer.status, body: typeof answer.body === 'string' ? answer.body : new TextDecoder().decode(answer.body) };
}
