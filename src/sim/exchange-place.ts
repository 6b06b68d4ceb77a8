/** The exchange of a run, behind its dialect: a process that can die, whose log outlives it. */
import { invariant } from '../base/index.ts';
import type { Random } from '../base/index.ts';
import { alpacaClassifier, alpacaDialect } from '../dialects/alpaca/index.ts';
import { noFaults, withFaults } from '../dialects/faults/index.ts';
import type { FaultyApp } from '../dialects/faults/index.ts';
import { createExchange, memoryLog } from '../exchange/index.ts';
import type { Exchange, ExchangeOptions } from '../exchange/index.ts';
import type { VirtualClock } from './clock.ts';
import { protectionsOf } from './dead-man.ts';
import { seededIds } from './ids.ts';
import type { MemoryNet } from './net.ts';
import type { PricePlaces } from './price-places.ts';
import { SimProcess } from './process.ts';
import type { Swarm } from './swarm/index.ts';
import type { Tally } from './tally.ts';

export const SYMBOL = 'BTC/USD';
export const EXCHANGE_URL = 'http://exchange:80';
export const KEYS = { keyId: 'demo-key', secret: 'demo-secret' };
const THIN = { levels: 3, minValue: 200, maxValue: 3_000 };

export type ExchangePlaceOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly swarm: Swarm;
  readonly tally: Tally;
  readonly seed: number;
  readonly net: MemoryNet;
  readonly places: PricePlaces;
  readonly more?: Partial<ExchangeOptions>;
};

export class ExchangePlace {
  readonly #options: ExchangePlaceOptions;
  readonly #log = memoryLog();
  #exchange: Exchange | undefined;
  #faulty: FaultyApp | undefined;
  #process: SimProcess | undefined;
  #isCalm = false;

  constructor(options: ExchangePlaceOptions) {
    this.#options = options;
  }

  get exchange(): Exchange {
    invariant(this.#exchange !== undefined, 'the exchange has been opened once');
    return this.#exchange;
  }

  get isUp(): boolean {
    return this.#process?.alive === true;
  }

  /** Cancels that the exchange of this life said it had taken, and had not. */
  get lies(): number {
    return this.#faulty?.counts()['order.cancel cancel-ignored'] ?? 0;
  }

  async open(): Promise<void> {
    const { clock, random, seed, swarm, net, places, tally, more } = this.#options;
    const process = new SimProcess({ name: 'exchange', clock, net });
    const exchange = await createExchange({
      clock: process.clock, seed, log: this.#log, idClass: swarm.orderIds,
      accounts: [{ id: 'demo', ...KEYS, balances: { USD: '1000000' } }],
      price: { [SYMBOL]: { kind: 'walk', startPrice: '60000', tickMs: 1_000, stepPpm: 150 } },
      fees: { periodMs: 20_000 }, cancelDelayMs: swarm.cancelDelayMs, ...(swarm.thinMarket ? { house: THIN } : {}), ...protectionsOf(swarm.deadMan),
      ...more,
    });
    const counts = this.#faulty?.counts();
    const faulty = withFaults(alpacaDialect({ desk: places.own.over(exchange), clock: process.clock, ids: seededIds(random.fork('request ids')) }), {
      plan: this.#isCalm ? noFaults : swarm.venueFaults, clock: process.clock, classify: alpacaClassifier,
    });
    if (counts !== undefined) tally.venueFaults(counts);
    [this.#exchange, this.#faulty, this.#process] = [exchange, faulty, process];
    places.opened(exchange);
    exchange.start();
    await process.net.serve({ host: 'exchange', port: 80 }, faulty);
  }

  /** It dies, and comes back some seconds later. */
  kill(): void {
    const { clock, random, tally } = this.#options;
    this.#process?.kill();
    tally.state('the exchange was killed');
    clock.timer(200 + random.below(4_000), () => void this.open());
  }

  /** From here on it answers as it should. */
  calm(): void {
    this.#isCalm = true;
    this.#faulty?.setPlan(noFaults);
    this.#options.tally.venueFaults(this.#faulty?.counts() ?? {});
  }
}
