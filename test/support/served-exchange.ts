/** An exchange behind the Alpaca dialect on real sockets, for clients that we did not write. */
import { alpacaClassifier, alpacaDialect } from '../../src/dialects/alpaca/index.ts';
import type { AlpacaOptions } from '../../src/dialects/alpaca/index.ts';
import { withFaults } from '../../src/dialects/faults/index.ts';
import { realClock, realIds } from '../../src/edges/clock/index.ts';
import { realNet } from '../../src/edges/net/index.ts';
import { createExchange } from '../../src/exchange/index.ts';
import type { Calendar, ExchangeOptions } from '../../src/exchange/index.ts';
import type { Net } from '../../src/ports/index.ts';
import { behindProxies, harmless } from '../proxy/index.ts';

export const keys = { keyId: 'demo-key', secret: 'demo-secret' };

/** What JSON.parse gives: clients without types of their own are told by what is asserted of them. */
export type Loose = ReturnType<typeof JSON.parse>;

const dayMs = 86_400_000;

/** Stocks are dealt at all hours: a test on the machine's own clock must not depend on the time of day. */
export const alwaysOpen: Calendar = (day) => {
  const [opensAtMs, closesAtMs] = [day * dayMs, (day + 1) * dayMs];
  return { date: new Date(opensAtMs).toISOString().slice(0, 10), offsetMinutes: 0, opensAtMs, closesAtMs, extendedFromMs: opensAtMs, extendedUntilMs: closesAtMs };
};

/** Ways from a client to the exchange: as it is, and through a proxy that does what no client may notice. */
export const roads: readonly (readonly [string, (net: Net) => Net])[] = [
  ['straight', (net) => net],
  ['in small pieces and a little late', (net) => behindProxies(net, harmless)],
];

/** BTC/USD stands at 50,000, bid 49,950 and asked 50,050, until it is moved. */
export async function serveExchange(options: Partial<ExchangeOptions> = {}, dialect: Partial<AlpacaOptions> = {}, road: (net: Net) => Net = (net) => net) {
  const clock = realClock();
  const exchange = await createExchange({
    clock, seed: 7, price: { 'BTC/USD': { kind: 'manual', startPrice: '50000' } }, house: { halfSpreadPpm: 1_000 }, fees: { periodMs: 200 }, ...options,
  });
  exchange.start();
  const app = withFaults(alpacaDialect({ desk: exchange, clock, ids: realIds(), ...dialect }), { clock, classify: alpacaClassifier });
  const served = await road(realNet({ clock })).serve({ host: '127.0.0.1', port: 0 }, app);
  const close = async (): Promise<void> => {
    await exchange.stop();
    await served.close();
  };
  return { clock, exchange, app, url: served.url, wsUrl: served.url.replace('http', 'ws'), close };
}

/** Things that come one by one, and a way to wait for the first that fits. */
export class Heard<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<() => void>();

  add(one: T): void {
    this.all.push(one);
    for (const look of [...this.#waiting]) look();
  }

  first(fits: (one: T) => boolean): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.all.find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
