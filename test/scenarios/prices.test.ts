/** Two independent sources of prices over the network, either of which can lie, and a runtime that trades by what it trusts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import { alpacaDialect } from '../../src/dialects/alpaca/index.ts';
import { createExchange } from '../../src/exchange/index.ts';
import type { Net, NetApp, PriceSource, ServedAnswer } from '../../src/ports/index.ts';
import { seededIds } from '../../src/sim/ids.ts';
import { alpacaPrices, alpacaPriceStream, tickerPrices } from '../../src/venues/index.ts';
import { SYMBOL, theatre, VENUE } from '../support/theatre.ts';

type Ill = (answer: ServedAnswer, before: ServedAnswer | undefined) => ServedAnswer;
const within = (change: (quote: { bp: number; ap: number }) => object): Ill => (answer) => {
  if (answer.kind !== 'answer') return answer;
  const { quotes } = JSON.parse(String(answer.body)) as { quotes: Record<string, { bp: number; ap: number }> };
  return { ...answer, body: JSON.stringify({ quotes: Object.fromEntries(Object.entries(quotes).map(([symbol, quote]) => [symbol, { ...quote, ...change(quote) }])) }) };
};

const walk = { [SYMBOL]: { kind: 'walk', startPrice: '60000', tickMs: 1_000, stepPpm: 5 } } as const;
const ticker = (net: Net): PriceSource => tickerPrices({ net, url: 'http://second:80/v1beta3/crypto/us/latest/quotes?symbols={symbol}', bid: 'quotes.*.bp', ask: 'quotes.*.ap', time: 'quotes.*.t', everyMs: 1_000, timeoutMs: 3_000 });

/** What a server says is what its exchange says, until it is ill. */
class Server {
  ill: Ill | undefined;
  #before: ServedAnswer | undefined;
  readonly app: NetApp;

  constructor(app: NetApp) {
    this.app = {
      request: async (request) => {
        const answer = await app.request(request);
        const told = this.ill?.(answer, this.#before) ?? answer;
        if (this.ill === undefined) this.#before = answer;
        return told;
      },
    };
  }
}

async function stage() {
  const world = await theatre({
    prices: ({ net }) => ({
      sources: {
        first: { kind: 'other', stampsAnswers: false, source: alpacaPrices({ net, dataUrl: 'http://first:80', everyMs: 1_000, timeoutMs: 3_000 }) },
        second: { kind: 'other', stampsAnswers: false, source: ticker(net) },
      },
      instruments: { [SYMBOL]: [{ source: 'first', symbol: SYMBOL }, { source: 'second', symbol: SYMBOL }] },
      words: { aheadMs: Infinity, lockedIsSound: true, resumeAfterMs: 5_000, returnAfterMs: 20_000 },
    }),
  });
  const { clock, net } = world;
  const other = await createExchange({ clock, seed: 11, price: walk });
  const [first, second] = [world.exchange, other].map((desk) => new Server(alpacaDialect({ desk, clock, ids: seededIds(seededRandom('prices')) })));
  assert.ok(first !== undefined && second !== undefined);
  await clock.until(net.host('first').net.serve({ host: 'first', port: 80 }, first.app));
  await clock.until(net.host('second').net.serve({ host: 'second', port: 80 }, second.app));
  await world.pass(90_000); // both have been good for long enough
  const source = (): string | undefined => world.runtime.prices.price(VENUE, SYMBOL, world.runtime.time.nowMs())?.source;
  assert.equal(source(), 'first');
  return { world, first, second, source };
}

const ills: readonly (readonly [string, Ill])[] = [
  ['frozen, and goes on answering', (answer, before) => before ?? answer],
  ['crossed', within(({ bp, ap }) => ({ bp: ap, ap: bp }))],
  ['ten times what it was', within(({ bp, ap }) => ({ bp: bp * 10, ap: ap * 10 }))],
  ['connected, and says nothing', () => ({ kind: 'silence' })],
  ['an error', (answer) => (answer.kind === 'answer' ? { ...answer, status: 503 } : answer)],
];

for (const [title, ill] of ills) {
  test(`a source that is ${title} is left within 5 s for the other one, orders are judged by that, and it comes back after its stable time`, async () => {
    const { world, first, source } = await stage();
    first.ill = ill;
    await world.pass(5_000);
    assert.equal(source(), 'second');
    await world.ask('a', { limitPriceText: '59000' }); // below the best bid, so that it moves no price
    await world.pass(1_000);
    const [prepared] = world.facts('order.prepared');
    assert.equal(prepared?.referenceSource, 'second');
    assert.ok((prepared?.referencePriceUnits ?? 0n) > 5_900_000n && (prepared?.referencePriceUnits ?? 0n) < 6_100_000n);
    first.ill = undefined;
    await world.pass(15_000);
    assert.equal(source(), 'second', 'not before it has been good for 20 s');
    await world.pass(45_000);
    assert.equal(source(), 'first');
    assert.ok(world.notes.some(({ message }) => message.startsWith('the price of BTC/USD at alpaca comes from second: first is ')));
  });
}

test('while two sources differ, or both are ill, no order leaves; it leaves when one may be trusted again', async () => {
  for (const disputed of [true, false]) {
    const { world, first, second, source } = await stage();
    first.ill = disputed ? within(({ bp, ap }) => ({ bp: bp * 1.01, ap: ap * 1.01 })) : (answer, before) => before ?? answer;
    if (!disputed) second.ill = () => ({ kind: 'silence' });
    await world.pass(5_000);
    assert.equal(source(), undefined);
    await world.ask('a', { limitPriceText: '59000' }); // below the best bid, so that it moves no price
    await world.pass(10_000);
    assert.equal(world.order('a').phase, 'intended');
    assert.equal(world.facts('order.prepared').length, 0);
    assert.ok(world.notes.some(({ message }) => message.startsWith('no price of BTC/USD at alpaca is trusted: first is ')));
    [first.ill, second.ill] = [undefined, undefined];
    await world.pass(40_000);
    assert.equal(world.facts('order.prepared').length, 1);
  }
});

test('a stream that falls silent with its connection up is left within 5 s, is opened anew, and comes back after its stable time', async () => {
  const world = await theatre({
    prices: ({ net, clock }) => ({
      sources: {
        stream: { kind: 'other', stampsAnswers: false, source: alpacaPriceStream({ net, clock, random: seededRandom('stream'), streamUrl: 'ws://stream:80/v1beta3/crypto/us', keyId: 'demo-key', secret: 'demo-secret' }) },
        second: { kind: 'other', stampsAnswers: false, source: ticker(net) },
      },
      instruments: { [SYMBOL]: [{ source: 'stream', symbol: SYMBOL }, { source: 'second', symbol: SYMBOL }] },
      words: { aheadMs: Infinity, lockedIsSound: true, resumeAfterMs: 5_000, returnAfterMs: 20_000 },
    }),
  });
  const { clock, net } = world;
  const exchange = await createExchange({ clock, seed: 11, price: walk });
  exchange.start();
  for (const host of ['stream', 'second']) {
    await clock.until(net.host(host).net.serve({ host, port: 80 }, alpacaDialect({ desk: exchange, clock, ids: seededIds(seededRandom(host)), marketStream: { connections: 5 } })));
  }
  const source = (): string | undefined => world.runtime.prices.price(VENUE, SYMBOL, world.runtime.time.nowMs())?.source;
  await world.pass(120_000);
  assert.equal(source(), 'stream');
  net.halfOpen('runtime', 'stream');
  await world.pass(5_000);
  assert.equal(source(), 'second');
  await world.pass(30_000);
  net.healAll();
  await world.pass(90_000);
  assert.equal(source(), 'stream');
  assert.ok(world.notes.some(({ message }) => message.startsWith('price source stream does not answer: the stream gave no sign of life')));
});
