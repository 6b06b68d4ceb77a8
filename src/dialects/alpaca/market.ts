/** Market data, as far as a desk has it: the latest quote, trade, one-level book and bar of a symbol. Prices are JSON numbers here. */
import type { Desk, DeskQuote } from '../../ports/index.ts';
import { badSymbols, noEndpoint, ok } from './answers.ts';
import type { Answer } from './answers.ts';
import { refuse } from './call.ts';
import type { Call } from './call.ts';
import { rfc3339 } from './time.ts';

const minuteMs = 60_000;

const shapes: Readonly<Record<string, (quote: DeskQuote) => Record<string, unknown>>> = {
  quotes: ({ bid, bidSize, ask, askSize, atMs }) => ({ t: rfc3339(atMs), bp: Number(bid), bs: Number(bidSize), ap: Number(ask), as: Number(askSize) }),
  trades: ({ last, askSize, atMs }) => ({ t: rfc3339(atMs), p: Number(last), s: Number(askSize), tks: 'B', i: atMs }),
  orderbooks: ({ bid, bidSize, ask, askSize, atMs }) => ({ t: rfc3339(atMs), b: [{ p: Number(bid), s: Number(bidSize) }], a: [{ p: Number(ask), s: Number(askSize) }] }),
  bars: ({ last, atMs }) => {
    const price = Number(last);
    return { t: rfc3339(Math.floor(atMs / minuteMs) * minuteMs), o: price, h: price, l: price, c: price, v: 0, n: 0, vw: price };
  },
};

export function latest({ desk, request, parts: [what = ''] }: Call): Answer {
  const shape = shapes[what] ?? refuse(noEndpoint);
  return ok({ [what]: Object.fromEntries(quotesAsked(desk, request.query).map((quote) => [quote.symbol, shape(quote)])) });
}

/** The minute that is running, and no history: a desk keeps none. */
export function bars({ desk, request }: Call): Answer {
  const rows = quotesAsked(desk, request.query).map((quote) => [quote.symbol, [shapes['bars']?.(quote)]] as const);
  return ok({ bars: Object.fromEntries(rows), next_page_token: null });
}

/** A symbol of the right form that is not traded is left out; one of another form is an error. */
function quotesAsked(desk: Desk, query: URLSearchParams): readonly DeskQuote[] {
  const symbols = (query.get('symbols') ?? '').split(',');
  const wrong = symbols.filter((symbol) => !/^[A-Z]+\/[A-Z]+$/.test(symbol));
  if (wrong.length > 0) refuse(badSymbols(wrong.join(',')));
  return symbols.map((symbol) => desk.quote(symbol)).filter((quote) => quote !== undefined);
}
