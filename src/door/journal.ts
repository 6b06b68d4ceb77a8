/** The journal as it is told: durable entries alone, read in pages, and waited for by whoever follows it. */
import { READ_LIMIT, openHeader } from '../journal/index.ts';
import type { EntryHeader, SealedEntry } from '../journal/index.ts';
import type { Order } from '../core/index.ts';
import type { Clock } from '../ports/index.ts';
import type { Runtime } from '../runtime/index.ts';

export type ShownEntry = Omit<EntryHeader, 'version'> & { readonly at: string; readonly hash: string; readonly payload: unknown };
export type Page = { readonly entries: readonly ShownEntry[]; readonly nextFrom: number; readonly durableSeq: number };

const MAX_WAIT_MS = 30_000;
const TIMELINE_PAGES = 20;

/** @param from the first entry wanted; undefined: the newest `limit` */
export async function journalPage(runtime: Runtime, clock: Clock, ask: { readonly from: number | undefined; readonly limit: number; readonly waitMs: number }): Promise<Page> {
  const limit = Math.min(Math.max(ask.limit, 1), READ_LIMIT);
  const from = ask.from ?? Math.max(1, runtime.turns.durableSeq - limit + 1);
  if (ask.waitMs > 0) await until(runtime, clock, from, Math.min(ask.waitMs, MAX_WAIT_MS));
  const entries = await runtime.entries(from, limit);
  return { entries: entries.map(shownEntry), nextFrom: (entries.at(-1)?.seq ?? from - 1) + 1, durableSeq: runtime.turns.durableSeq };
}

/** Settles once the entry is durable, the time is over, or this process life has ended. */
function until(runtime: Runtime, clock: Clock, seq: number, waitMs: number): Promise<void> {
  const over = (): boolean => runtime.turns.durableSeq >= seq || runtime.turns.failed !== undefined;
  if (over()) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      stop();
      cancel();
      resolve();
    };
    const stop = runtime.onDurable(() => { if (over()) end(); });
    const cancel = clock.timer(waitMs, end);
  });
}

/** Everything the journal says of an order, from the entry before it (which may have named its key) on; up to the entry named in `through`. */
export async function timelineOf(runtime: Runtime, order: Order): Promise<{ readonly timeline: readonly ShownEntry[]; readonly through: number }> {
  const timeline: ShownEntry[] = [];
  let from = Math.max(1, order.intendedSeq - 1);
  for (let pages = 0; pages < TIMELINE_PAGES; pages++) {
    const page = await runtime.entries(from, READ_LIMIT);
    timeline.push(...page.filter((entry) => speaksOf(order, entry)).map(shownEntry));
    const last = page.at(-1);
    if (last === undefined) break;
    from = last.seq + 1;
  }
  return { timeline, through: from - 1 };
}

const decoder = new TextDecoder();

/** Looks for the names before it reads: nearly every entry is about something else. */
function speaksOf(order: Order, entry: SealedEntry): boolean {
  if (decoder.decode(entry.payload).includes(`"${order.id}"`)) return (shownEntry(entry).payload as { readonly orderId?: unknown }).orderId === order.id;
  return decoder.decode(entry.header).includes(order.correlationId) && openHeader(entry).correlationId === order.correlationId;
}

export function shownEntry(entry: SealedEntry): ShownEntry {
  const { version: _version, ...header } = openHeader(entry);
  return { ...header, at: new Date(header.atMs).toISOString(), hash: entry.hash, payload: JSON.parse(decoder.decode(entry.payload)) as unknown };
}
