/**
 * Anybody's public ticker in JSON as a source of prices: an address, and where in the answer bid, ask and time stand. So a second opinion needs no code.
 *
 *   K1. Digits are taken as they stand in the text; no price passes through a float.
 *   K2. Where something else stands than a price, there is no price.
 *   K3. One request per instrument and question, and none is repeated: the next question comes soon.
 */
import { readJson, reasonOf, tryParseUnits } from '../../base/index.ts';
import type { JsonNode } from '../../base/index.ts';
import type { HttpOutcome, Net, PriceSource, Read, SaidPrice, SaidPrices } from '../../ports/index.ts';

export type TickerOptions = {
  readonly net: Net;
  readonly url: string; // `{symbol}` stands for the instrument's name there
  readonly bid: string; // names and places joined by dots; `*` for the only one there is
  readonly ask: string;
  readonly time?: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
};

export function tickerPrices({ net, url, bid, ask, time, everyMs, timeoutMs }: TickerOptions): PriceSource {
  const one = async (symbol: string, withinMs: number): Promise<Read<SaidPrices>> => {
    const asked = { method: 'GET', url: url.replaceAll('{symbol}', encodeURIComponent(symbol)), headers: { accept: 'application/json' } } as const;
    const outcome = await net.request(asked, withinMs).catch((thrown: unknown): HttpOutcome => ({ kind: 'unknown', why: reasonOf(thrown) }));
    if (outcome.kind !== 'answered') return { kind: 'unclear', why: `no answer: ${outcome.why}`, ...(outcome.kind === 'not-sent' && outcome.heldBack === true ? { heldBack: true } : {}) };
    if (outcome.status !== 200) return { kind: 'unclear', why: `it answered ${outcome.status}` };
    const reading = readJson(new TextDecoder().decode(outcome.body));
    if (!reading.ok) return { kind: 'unclear', why: `its answer is not JSON: ${reading.problem.problem.slice(0, 120)}` };
    const found = priceIn(reading.node, symbol, { bid, ask, time });
    if ('why' in found) return { kind: 'unclear', why: found.why };
    const answeredAtMs = Date.parse(outcome.headers['date'] ?? '');
    return { kind: 'read', value: { prices: [found.said], ...(Number.isNaN(answeredAtMs) || time === undefined ? {} : { answeredAtMs }) } };
  };
  return {
    kind: 'asked', everyMs, timeoutMs,
    ask: async (symbols, withinMs) => {
      const answers = await Promise.all(symbols.map((symbol) => one(symbol, withinMs)));
      const read = answers.flatMap((answer) => (answer.kind === 'read' ? [answer.value] : []));
      const [unclear] = answers.filter((answer) => answer.kind === 'unclear');
      if (read.length === 0 && unclear !== undefined) return unclear;
      const clocks = read.flatMap(({ answeredAtMs }) => answeredAtMs ?? []);
      return { kind: 'read', value: { prices: read.flatMap(({ prices }) => prices), ...(clocks.length === 0 ? {} : { answeredAtMs: Math.max(...clocks) }) } };
    },
  };
}

type Places = { readonly bid: string; readonly ask: string; readonly time: string | undefined };

function priceIn(answer: JsonNode, symbol: string, places: Places): { readonly said: SaidPrice } | { readonly why: string } {
  const [bidText, askText] = [amountAt(answer, places.bid), amountAt(answer, places.ask)];
  if (bidText === undefined) return { why: `no price stands at "${places.bid}" of its answer` };
  if (askText === undefined) return { why: `no price stands at "${places.ask}" of its answer` };
  const saidMs = places.time === undefined ? undefined : timeIn(nodeAt(answer, places.time));
  if (places.time !== undefined && saidMs === undefined) return { why: `no time stands at "${places.time}" of its answer` };
  return { said: { symbol, bidText, askText, saidMs } };
}

function nodeAt(answer: JsonNode, place: string): JsonNode | undefined {
  let node: JsonNode | undefined = answer;
  for (const part of place.split('.')) {
    if (node?.kind === 'list') node = part === '*' ? (node.items.length === 1 ? node.items[0] : undefined) : /^\d{1,4}$/.test(part) ? node.items[Number(part)] : undefined;
    else if (node?.kind === 'object') node = part === '*' ? (node.members.size === 1 ? [...node.members.values()][0]?.value : undefined) : node.members.get(part)?.value;
    else return undefined;
  }
  return node;
}

function amountAt(answer: JsonNode, place: string): string | undefined {
  const node = nodeAt(answer, place);
  const text = node?.kind === 'string' ? node.value : node?.kind === 'number' ? node.text : undefined;
  return text === undefined || text.length > 40 || tryParseUnits(text, 30) === undefined ? undefined : text; // K2
}

/** A date in text, or a count since 1970 in seconds, or in thousandths, millionths or milliardths of one: which one is told by its size. */
function timeIn(node: JsonNode | undefined): number | undefined {
  const text = node?.kind === 'string' ? node.value : node?.kind === 'number' ? node.text : '';
  if (/^\d{4}-\d\d-\d\dT/.test(text)) {
    const atMs = Date.parse(text);
    return Number.isNaN(atMs) ? undefined : atMs;
  }
  if (!/^\d{9,19}(\.\d{1,9})?$/.test(text)) return undefined;
  const count = Number(text); // a time may pass through a float, a price may not
  const perMs = count < 1e11 ? 0.001 : count < 1e14 ? 1 : count < 1e17 ? 1_000 : 1_000_000;
  return Math.floor(count / perMs);
}
