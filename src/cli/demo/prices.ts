/** Where the bot's prices come from: the venue's quotes as time goes by, or a recording it plays candle by candle. */
import { listAt, textAt } from '../table.ts';
import { documentOf } from './web.ts';
import type { Web } from './web.ts';

/** Waits, or answers false as soon as nobody wants prices any more. */
export type Pause = (ms: number) => Promise<boolean>;

const SAMPLE_MS = 300;
const CANDLE_MS = 60_000;
const RETRY_MS = 500;

/** The middle of the venue's best prices, a few times a second, for as long as anybody asks. */
export async function* livePrices(web: Web, pause: Pause, exchange: string, symbol: string): AsyncGenerator<number> {
  do {
    const quotes = documentOf(await web.get(`${exchange}/v1beta3/crypto/us/latest/quotes?symbols=${encodeURIComponent(symbol)}`));
    const quote = (quotes?.['quotes'] as Readonly<Record<string, unknown>> | undefined)?.[symbol];
    const [bid, ask] = [Number(textAt(quote, 'bp')), Number(textAt(quote, 'ap'))];
    if (bid > 0 && ask > 0) yield (bid + ask) / 2;
  } while (await pause(SAMPLE_MS));
}

/** The last price of each candle or trade, played one by one; ends with the recording. */
export async function* replayedPrices(web: Web, pause: Pause, exchange: string, speed: number | 'max'): AsyncGenerator<number> {
  for (;;) {
    const played = documentOf(await web.send('POST', `${exchange}/_exchange/step`, {}));
    if (played === undefined) {
      if (!await pause(RETRY_MS)) return;
      continue;
    }
    for (const step of listAt(played, 'steps')) {
      const price = Number(textAt(listAt(step, 'points').at(-1), 'price'));
      if (price > 0) yield price;
    }
    if (played['done'] === true) return;
    if (!await pause(speed === 'max' ? 0 : CANDLE_MS / speed)) return;
  }
}
