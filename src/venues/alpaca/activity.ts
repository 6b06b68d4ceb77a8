/**
 * The account's activities after a cursor: fills and fees, complete.
 *
 *   C1. Nothing is skipped: a row that becomes visible late, or shares its instant with the last one seen, comes with a
 *       later read. So a read begins some way before the newest row known, and the cursor names the rows of that stretch.
 *   C2. Nothing comes twice along one line of cursors.
 *   C3. Whole or `unclear`: no row is left out because it could not be read.
 *   C4. Fees are read before fills, so that every execution a fee covers is in the same read as the fee, or an earlier one.
 *
 * Fills overlap by the bound after which an accepted order is visible. Fee rows carry a date alone and are booked after
 * that day's end, so they overlap by days and are read apart; one line for both would lose them behind newer fills.
 */
import { tryParseUnits } from '../../base/index.ts';
import type { Activity, FeeRecord, Fill, Read } from '../../ports/index.ts';
import { capabilities } from './capabilities.ts';
import type { Catalog } from './catalog.ts';
import { Fields, Unreadable, listOf, parseJson, readable } from './json.ts';
import { sides } from './order.ts';
import type { Rest } from './rest.ts';

const dayMs = 86_400_000;
const pageSize = 100;
const pagesMost = 5_000;

/** How far a line of activities was read: all before `fromMs`, and of what came since, the rows seen. */
type Mark = { readonly fromMs: number | undefined; readonly seen: readonly string[] };
type Line = { readonly types: string; readonly overlapMs: number; readonly timeMs: (row: Fields) => number };
type Row = { readonly fields: Fields; readonly id: string; readonly atMs: number };

const fillLine: Line = { types: 'FILL', overlapMs: capabilities.visibilityBoundMs, timeMs: (row) => row.timeMs('transaction_time') };
const feeLine: Line = { types: 'CFEE,FEE', overlapMs: 2 * dayMs, timeMs: (row) => row.dateMs('date') };

export async function activityAfter(rest: Rest, catalog: Catalog, cursor: string, timeoutMs: number): Promise<Read<Activity>> {
  const deadlineMs = rest.deadlineMs(timeoutMs);
  const marks = readable(() => marksIn(cursor));
  if ('why' in marks) return { kind: 'unclear', why: `"${cursor.slice(0, 40)}" is no cursor of this venue: ${marks.why}` };
  const fees = await rowsAfter(rest, feeLine, marks.value.fees, deadlineMs); // C4
  if (fees.kind === 'unclear') return fees;
  const fills = await rowsAfter(rest, fillLine, marks.value.fills, deadlineMs);
  if (fills.kind === 'unclear') return fills;
  const symbols = rest.readable(() => [...fills.value.rows, ...fees.value.rows].flatMap(({ fields }) => fields.optionalText('symbol') ?? []));
  if ('why' in symbols) return { kind: 'unclear', why: symbols.why };
  const learnt = await catalog.learn(symbols.value, deadlineMs);
  if (learnt.kind === 'unclear') return learnt;
  const read = rest.readable(() => ({
    fills: fills.value.rows.map((row) => fillFrom(row, catalog)),
    fees: fees.value.rows.map((row) => feeFrom(row, catalog)),
    cursor: JSON.stringify({ fees: fees.value.mark, fills: fills.value.mark }),
  }));
  return 'value' in read ? { kind: 'read', value: read.value } : { kind: 'unclear', why: read.why };
}

function marksIn(cursor: string): { readonly fills: Mark; readonly fees: Mark } {
  const beginning: Mark = { fromMs: undefined, seen: [] };
  if (cursor === '') return { fills: beginning, fees: beginning };
  const fields = new Fields(parseJson(cursor), 'cursor');
  const mark = (name: string): Mark => {
    const line = fields.object(name);
    const fromMs = line.raw('fromMs') === undefined ? undefined : Number(line.numberText('fromMs'));
    if (fromMs !== undefined && Number.isNaN(new Date(fromMs).getTime())) throw new Unreadable('mistyped', 'its time is none');
    const seen = listOf(line.raw('seen'), 'seen').map((id) => {
      if (id.kind !== 'string') throw new Unreadable('mistyped', 'a row seen is not text');
      return id.value;
    });
    return { fromMs, seen };
  };
  return { fills: mark('fills'), fees: mark('fees') };
}

/** The rows of one line that were not seen yet, by time, and the mark that continues it. */
async function rowsAfter(rest: Rest, line: Line, mark: Mark, deadlineMs: number): Promise<Read<{ readonly rows: readonly Row[]; readonly mark: Mark }>> {
  const byId = new Map<string, Row>();
  // `after` leaves out its own instant.
  const after = mark.fromMs === undefined ? '' : `&after=${encodeURIComponent(new Date(mark.fromMs - 1).toISOString())}`;
  let pageToken = '';
  for (let page = 1; ; page++) {
    const path = `/v2/account/activities?activity_types=${encodeURIComponent(line.types)}&direction=asc&page_size=${pageSize}${after}${pageToken}`;
    const answer = await rest.read('trading', path, deadlineMs);
    if (answer.kind === 'no-such-order') return { kind: 'unclear', why: 'the venue has no list of activities' };
    if (answer.kind === 'unclear') return answer;
    const rows = rest.readable(() => listOf(answer.json, 'activities').map((json) => rowFrom(new Fields(json, 'activity'), line)));
    if ('why' in rows) return { kind: 'unclear', why: rows.why };
    const known = byId.size;
    for (const row of rows.value) byId.set(row.id, row);
    const last = rows.value.at(-1);
    if (last === undefined || rows.value.length < pageSize) break;
    if (byId.size === known) return { kind: 'unclear', why: `the venue's list of ${line.types} activities does not go on after ${known} rows` };
    if (page === pagesMost) return { kind: 'unclear', why: `the venue's list of ${line.types} activities has more than ${pagesMost} pages` };
    pageToken = `&page_token=${encodeURIComponent(last.id)}`;
  }
  const inOrder = [...byId.values()].filter((row) => mark.fromMs === undefined || row.atMs >= mark.fromMs).toSorted((a, b) => a.atMs - b.atMs);
  const seen = new Set(mark.seen);
  return { kind: 'read', value: { rows: inOrder.filter((row) => !seen.has(fingerprint(row.id))), mark: markAfter(line, mark, inOrder) } };
}

/** `rows` is everything from the old mark on, so the rows of the new mark's stretch are among them or were seen. */
function markAfter(line: Line, mark: Mark, rows: readonly Row[]): Mark {
  const newest = rows.at(-1);
  if (newest === undefined) return mark;
  const fromMs = Math.max(mark.fromMs ?? Number.NEGATIVE_INFINITY, newest.atMs - line.overlapMs);
  const seen = rows.filter((row) => row.atMs >= fromMs).map((row) => fingerprint(row.id));
  return { fromMs, seen: fromMs === mark.fromMs ? [...new Set([...mark.seen, ...seen])] : seen };
}

function rowFrom(fields: Fields, line: Line): Row {
  const type = fields.text('activity_type');
  if (!line.types.split(',').includes(type)) throw new Unreadable('unasked', `an activity of type ${type.slice(0, 20)} came where ${line.types} was asked for`);
  return { fields, id: fields.text('id'), atMs: line.timeMs(fields) };
}

function fillFrom({ fields, id, atMs }: Row, catalog: Catalog): Fill {
  const instrument = catalog.instrumentOf(fields.text('symbol'));
  const quantityUnits = fields.units('qty', instrument.quantityScale);
  const priceUnits = fields.units('price', instrument.priceScale);
  if (quantityUnits <= 0n || priceUnits <= 0n) throw new Unreadable('out-of-range', `fill ${id.slice(0, 80)} has a quantity or a price that is not above zero`);
  return {
    fillId: id,
    venueOrderId: fields.text('order_id'),
    symbol: instrument.symbol,
    side: fields.word('side', sides),
    quantityUnits,
    priceUnits,
    cumulativeUnits: fields.optionalUnits('cum_qty', instrument.quantityScale),
    atMs,
  };
}

/**
 * A fee is taken in the asset received: for a crypto fee that is either `qty` of the pair's base, or `net_amount` dollars.
 * What is taken is negative on the wire and positive here.
 */
function feeFrom({ fields, id, atMs }: Row, catalog: Catalog): FeeRecord {
  const amounts = (fields.text('activity_type') === 'CFEE' ? ['qty', 'net_amount'] : ['net_amount']).filter((name) => fields.optionalText(name) !== undefined);
  const charged = amounts.filter((name) => tryParseUnits(fields.decimalText(name), 30) !== 0n);
  const name = charged[0] ?? amounts[0];
  if (name === undefined || charged.length > 1) throw new Unreadable(name === undefined ? 'missing' : 'unasked', `fee ${id.slice(0, 80)} names ${name === undefined ? 'no amount' : 'two amounts, and not which of them was taken'}`);
  const text = fields.decimalText(name);
  const amountText = text.startsWith('-') ? text.slice(1) : charged.length === 0 ? text : `-${text}`;
  const asset = name === 'qty' ? catalog.instrumentOf(fields.text('symbol')).base : 'USD';
  // Where the row says when it was booked, it cannot cover what was executed later than that.
  const endOfDayMs = atMs + dayMs;
  const throughMs = fields.optionalText('created_at') === undefined ? endOfDayMs : Math.min(endOfDayMs, fields.timeMs('created_at'));
  return { feeId: id, asset, amountText, throughMs };
}

/** A row's id in eleven characters (64-bit FNV-1a): a cursor is written down with every read, and ids are long. */
function fingerprint(id: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < id.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(id.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(36);
}
