/** The end of a run: cancel what is open, wait for evidence of every order and for the last fee, then judge. */
import type { Terminal } from '../../edges/process/index.ts';
import { sleep } from '../../ports/index.ts';
import type { Clock } from '../../ports/index.ts';
import { aligned, listAt, textAt } from '../table.ts';
import type { Alerts } from './alerts.ts';
import { compareBooks } from './books.ts';
import type { BooksView } from './books.ts';
import type { Follower } from './follow.ts';
import { judge } from './judge.ts';
import type { ExchangeOrder, Judgement } from './judge.ts';
import type { Show } from './show.ts';
import { documentOf } from './web.ts';
import type { Web } from './web.ts';

export type FinishOptions = {
  readonly web: Web; readonly clock: Clock; readonly control: string; readonly exchange: string; readonly alerts: Alerts; readonly follower: Follower; readonly settleMs: number; readonly show: Show;
};

export type Summary = {
  readonly kept: boolean;
  readonly document: object;
  readonly text: (terminal: Terminal) => readonly string[];
};

const LOOK_EVERY_MS = 1_000;

export async function finish(options: FinishOptions): Promise<Summary> {
  const { web, clock, control, exchange, alerts, follower, settleMs, show } = options;
  const untilMs = clock.monotonicMs() + settleMs;
  const faults = textAt((await web.get(`${exchange}/_exchange/faults`) as { readonly document?: unknown }).document, 'counts');
  if (faults !== '{}' && faults !== '') {
    await web.send('PUT', `${exchange}/_exchange/faults`, { rules: [] });
    show.say('The faults end here; what they left open must now be found out.');
  }
  if (settleMs > 0) await alerts.post({ action: 'cancel' });
  await cancelLive(web, control);
  let status = documentOf(await web.get(`${control}/api/v1/status`));
  let view: BooksView = { kind: 'unread', why: 'not compared yet' };
  let said = '';
  while (clock.monotonicMs() < untilMs) {
    status = documentOf(await web.get(`${control}/api/v1/status`)) ?? status;
    const live = Number(textAt(status, 'orders.live'));
    if (live === 0) {
      await web.send('POST', `${control}/api/v1/reconcile`, {}, 30_000); // reads the last fees
      view = await compareBooks(web, control, exchange);
      status = documentOf(await web.get(`${control}/api/v1/status`)) ?? status;
      if (view.kind === 'compared' && view.exact && textAt(status, 'books.booksAgree') === 'true' && textAt(status, 'orders.live') === '0') break;
    }
    const waiting = live > 0 ? `Waiting for evidence of ${live} order${live === 1 ? '' : 's'}, ${textAt(status, 'orders.unknown')} of them unknown.` : 'Every order is final; waiting for the last fee record.';
    if (waiting !== said) show.say((said = waiting));
    await sleep(clock, LOOK_EVERY_MS);
  }
  const headSeq = Number(textAt(status, 'journal.durableSeq'));
  await follower.until(() => follower.head.seq >= headSeq, 10_000);
  show.books(view);
  const orders = await exchangeOrders(web, exchange);
  const counts = await web.get(`${exchange}/_exchange/faults`);
  return summaryOf(options, status, view, orders, judge(orders === undefined ? [] : alerts.answered, follower.ways, orders ?? []), 'status' in counts ? (counts.document['counts'] as Readonly<Record<string, number>>) : {});
}

/** Whoever asked for them: an order that rests would keep the run from ending. */
async function cancelLive(web: Web, control: string): Promise<void> {
  const live = documentOf(await web.get(`${control}/api/v1/orders?state=live&limit=1000`));
  for (const order of listAt(live, 'orders')) await web.send('POST', `${control}/api/v1/orders/${textAt(order, 'id')}/cancel`, { by: 'demo', reason: 'the run ends' });
}

async function exchangeOrders(web: Web, exchange: string): Promise<readonly ExchangeOrder[] | undefined> {
  const reply = await web.get(`${exchange}/_exchange/orders`, 30_000);
  return 'status' in reply && Array.isArray(reply.document) ? reply.document : undefined;
}

function summaryOf({ alerts, follower }: FinishOptions, status: unknown, view: BooksView, orders: readonly ExchangeOrder[] | undefined, judged: Judgement, faults: Readonly<Record<string, number>>): Summary {
  const number = (path: string): number => Number(textAt(status, path) || '0');
  const fact = (type: string): number => Number((status as { readonly facts?: Readonly<Record<string, number>> } | undefined)?.facts?.[type] ?? 0);
  const isExact = view.kind === 'compared' && view.exact;
  const doubted = [...follower.ways.values()].filter(({ phases }) => phases.includes('UNKNOWN')).length;
  const document = {
    orders: fact('order.intended'), fills: number('books.fills'), unknown: number('orders.unknown'), live: number('orders.live'), duplicates: judged.duplicates, booksAgree: isExact,
    blocked: fact('order.blocked'), rejected: fact('order.rejected'), abandoned: fact('order.abandoned'), doubted,
    intakes: alerts.answered.length, sentAgain: alerts.sentAgain, unanswered: alerts.given, refused: alerts.answered.filter(({ outcome }) => outcome === 'refused').length,
    lost: judged.lost, uncalled: judged.uncalled, exchangeOrders: orders?.length ?? null, faults,
    books: view.kind === 'compared' ? view.assets : view,
    journalHead: textAt(status, 'journal.headHash'), journalSeq: number('journal.durableSeq'), boots: fact('runtime.booted'),
  };
  const kept = orders !== undefined && isExact && document.live === 0 && document.unknown === 0 && judged.duplicates === 0 && judged.lost.length === 0 && judged.uncalled.length === 0
    && listAt(document, 'unanswered').length === 0;
  const text = (terminal: Terminal): readonly string[] => {
    const verdict = (holds: boolean, words: string): string => `${holds ? terminal.paint('green', '●') : terminal.paint('red', '■')} ${words}`;
    return [
      '',
      ...aligned(Object.entries(faults).map(([name, times]) => [`  fault ${name}`, String(times)])),
      verdict(document.live === 0 && document.unknown === 0, `${document.orders} orders, ${document.live} open, ${document.unknown} unknown; ${doubted} were unknown for a while and were found out`),
      verdict(judged.duplicates === 0, `${judged.duplicates} duplicates among ${document.exchangeOrders ?? 'unread'} orders in the exchange's own record`),
      verdict(judged.lost.length === 0 && document.unanswered.length === 0, `${document.intakes} signals taken: ${judged.lost.length} lost, ${document.unanswered.length} never answered, ${document.sentAgain} sent again`),
      verdict(judged.uncalled.length === 0, `${judged.uncalled.length} orders at the exchange that nobody asked for`),
      verdict(isExact, `${document.fills} fills booked; books ${isExact ? "equal the exchange's to the last unit" : view.kind === 'compared' ? 'DO NOT EQUAL the exchange\'s' : 'were not compared with the exchange\'s'}`),
      `  journal: ${document.journalSeq} entries, head ${document.journalHead.slice(0, 16)}`,
    ];
  };
  return { kept, document, text };
}
