/** The bot of the bench, in a thread of its own: posts what it is told to, and tells when it began. */
import { parentPort } from 'node:worker_threads';
import { realClock } from '../src/edges/clock/index.ts';
import { realNet } from '../src/edges/net/index.ts';

export type Post = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };

const port = parentPort;
if (port === null) throw new Error('The bot of the bench runs in a worker.');
const net = realNet({ clock: realClock() });

port.on('message', ({ url, headers, body }: Post) => {
  const bytes = new TextEncoder().encode(body);
  const leftNs = process.hrtime.bigint();
  void net.request({ method: 'POST', url, headers, body: bytes }, 30_000).then((outcome) => {
    const answer = outcome.kind === 'answered' ? new TextDecoder().decode(outcome.body) : outcome.why;
    if (outcome.kind !== 'answered' || outcome.status !== 200 || (answer !== '' && !answer.includes('"phase":"sending"'))) throw new Error(`No order left: ${answer}`);
    port.postMessage(leftNs);
  });
});
