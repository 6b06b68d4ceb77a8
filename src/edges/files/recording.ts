/**
 * Readers of recorded market data: CSV, or CSV.gz, as a stream of rows in the sequence of the file, never whole in memory.
 *
 * Candles: `timestampMs,open,high,low,close,volume`. Trades: `tradeId,timestampMs,price,quantity,side`. The first line names the
 * columns and tells which it is. A row that is not what its columns say ends the reading with its line number.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BreakwaterError, reasonOf } from '../../base/index.ts';
import type { Candle, RecordedTrade } from '../../ports/index.ts';

export type Recording = { readonly kind: 'candles'; readonly candles: AsyncIterable<Candle> } | { readonly kind: 'trades'; readonly trades: AsyncIterable<RecordedTrade> };

export class RecordingError extends BreakwaterError {
  readonly code = 'BW-4822';
  readonly retryable = false;
  constructor(path: string, why: string) {
    super(`The recording ${path} cannot be read: ${why}. Give a CSV or CSV.gz file of candles (${CANDLE_COLUMNS}) or trades (${TRADE_COLUMNS}).`);
  }
}

const CANDLE_COLUMNS = 'timestampMs,open,high,low,close,volume';
const TRADE_COLUMNS = 'tradeId,timestampMs,price,quantity,side';

/** Looks at the first line of the file and says what it records. The rows are read anew with each iteration. */
export async function openRecording(path: string): Promise<Recording> {
  for await (const columns of linesOf(path)) {
    if (columns === CANDLE_COLUMNS) return { kind: 'candles', candles: { [Symbol.asyncIterator]: () => rows(path, toCandle) } };
    if (columns === TRADE_COLUMNS) return { kind: 'trades', trades: { [Symbol.asyncIterator]: () => rows(path, toTrade) } };
    throw new RecordingError(path, `its first line is "${columns.slice(0, 80)}"`);
  }
  throw new RecordingError(path, 'it is empty');
}

async function* rows<Row>(path: string, toRow: (cells: readonly string[]) => Row | undefined): AsyncGenerator<Row> {
  let line = 0;
  for await (const text of linesOf(path)) {
    line += 1;
    if (line === 1 || text === '') continue;
    const row = toRow(text.split(','));
    if (row === undefined) throw new RecordingError(path, `line ${line} is "${text.slice(0, 80)}"`);
    yield row;
  }
}

function toCandle(cells: readonly string[]): Candle | undefined {
  const [timestamp = '', open = '', high = '', low = '', close = '', volume = ''] = cells;
  if (cells.length !== 6 || !isTime(timestamp) || ![open, high, low, close].every(isPrice) || !isDecimal(volume)) return undefined;
  return { timestampMs: Number(timestamp), open, high, low, close, volume };
}

function toTrade(cells: readonly string[]): RecordedTrade | undefined {
  const [tradeId = '', timestamp = '', price = '', quantity = '', side = ''] = cells;
  if (cells.length !== 5 || tradeId === '' || !isTime(timestamp) || !isPrice(price) || !isDecimal(quantity) || (side !== 'buy' && side !== 'sell')) return undefined;
  return { tradeId, timestampMs: Number(timestamp), price, quantity, side };
}

const isTime = (text: string): boolean => /^\d{1,15}$/.test(text);
const isDecimal = (text: string): boolean => /^\d+(\.\d+)?([eE][+-]?\d{1,2})?$/.test(text);
const isPrice = (text: string): boolean => isDecimal(text) && /[1-9]/.test(text);

async function* linesOf(path: string): AsyncGenerator<string> {
  const bytes = createReadStream(path);
  // Through `pipeline` a failure of the file also ends the reading of what is unpacked from it.
  const chunks: AsyncIterable<Buffer> = path.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => undefined) : bytes;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of chunks) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield line.trimEnd();
    }
  } catch (thrown) {
    throw thrown instanceof RecordingError ? thrown : new RecordingError(path, reasonOf(thrown));
  } finally {
    bytes.destroy();
  }
  rest += decoder.decode();
  if (rest !== '') yield rest.trimEnd();
}
