/** Books against venue, as an outsider sees both: what the runtime says it holds, and what the exchange's own record says. */
import { tryParseUnits } from '../../base/index.ts';
import { listAt, textAt } from '../table.ts';
import { documentOf } from './web.ts';
import type { Web } from './web.ts';

export type AssetView = { readonly asset: string; readonly books: string; readonly feesPending: string; readonly venue: string; readonly verdict: 'equal' | 'within-fees' | 'differs' };
/** `moving`: something was booked while both were read, so that nothing can be said. */
export type BooksView = { readonly kind: 'compared'; readonly agree: boolean; readonly exact: boolean; readonly assets: readonly AssetView[] } | { readonly kind: 'moving' } | { readonly kind: 'unread'; readonly why: string };

const SCALE = 18;
const [MOST_LOOKS, LOOK_AGAIN_MS] = [8, 250];
const units = (text: string): bigint => tryParseUnits(text === '' ? '0' : text, SCALE) ?? 0n;

export async function compareBooks(web: Web, control: string, exchange: string): Promise<BooksView> {
  const before = documentOf(await web.get(`${control}/api/v1/positions`));
  const accounts = await web.get(`${exchange}/_exchange/accounts`);
  const after = documentOf(await web.get(`${control}/api/v1/positions`));
  if (before === undefined || after === undefined) return { kind: 'unread', why: 'the runtime does not answer' };
  if (!('status' in accounts)) return { kind: 'unread', why: 'the exchange does not answer' };
  if (posted(before) !== posted(after)) return { kind: 'moving' };
  const [account] = listAt({ accounts: accounts.document }, 'accounts');
  const assets = listAt(after, 'venues').flatMap((venue) => listAt(venue, 'assets')).map((asset): AssetView => {
    const name = textAt(asset, 'asset');
    const [books, least, most] = [textAt(asset, 'posted.amount'), textAt(asset, 'pendingFeesAtLeast.amount'), textAt(asset, 'pendingFeesAtMost.amount')];
    const venue = textAt(account, `balances.${name}.total`);
    const [lowest, highest, held] = [units(books) - units(most), units(books) - units(least), units(venue)];
    const verdict = held === units(books) && units(most) === 0n ? 'equal' : held >= lowest && held <= highest ? 'within-fees' : 'differs';
    return { asset: name, books, feesPending: most, venue, verdict };
  });
  return { kind: 'compared', agree: assets.length > 0 && assets.every(({ verdict }) => verdict !== 'differs'), exact: assets.length > 0 && assets.every(({ verdict }) => verdict === 'equal'), assets };
}

/** A difference is told when it stays: between an execution there and its booking here both are right. `moving` where the run ends meanwhile. */
export async function steadyBooks(web: Web, control: string, exchange: string, pause: (ms: number) => Promise<boolean>): Promise<BooksView> {
  for (let looks = 1; ; looks += 1) {
    const view = await compareBooks(web, control, exchange);
    if (view.kind !== 'compared' || view.agree || looks === MOST_LOOKS) return view;
    if (!await pause(LOOK_AGAIN_MS)) return { kind: 'moving' };
  }
}

const posted = (positions: unknown): string => JSON.stringify(listAt(positions, 'venues').map((venue) => listAt(venue, 'assets')));
