/** `breakwater health`: one question over loopback, for whoever looks after the process. */
import { realClock } from '../edges/clock/index.ts';
import { realNet } from '../edges/net/index.ts';
import type { Answer } from './answer.ts';
import type { Cli, Common } from './cli.ts';
import { durationMs, wholeNumber } from './cli.ts';
import { EXIT } from './exit.ts';
import { UsageError } from './failure.ts';

type Options = Common & { readonly port: string; readonly timeout: string };

export async function health(_cli: Cli, options: Options): Promise<Answer> {
  const port = wholeNumber('--port', options.port, 1);
  if (port > 65_535) throw new UsageError(`--port is "${options.port}": the last port is 65535.`);
  const url = `http://127.0.0.1:${port}/healthz`;
  const net = realNet({ clock: realClock() });
  try {
    const outcome = await net.request({ method: 'GET', url, headers: {} }, durationMs('--timeout', options.timeout));
    if (outcome.kind !== 'answered') return told(url, null, `nobody answers at ${url}: ${outcome.why}`);
    return told(url, outcome.status, outcome.status === 200 ? '' : `it answers ${outcome.status}; "breakwater status" tells why`);
  } finally {
    await net.close();
  }
}

const told = (url: string, status: number | null, why: string): Answer =>
  ({ data: { healthy: why === '', url, status, why }, text: [why === '' ? `healthy: ${url}` : `not healthy: ${why}`], exit: why === '' ? EXIT.ok : EXIT.unhealthy });
