/** What the account holds: its cash, and each position under the name of its asset. Held for orders or free, all of it. */
import type { Balances, Read } from '../../ports/index.ts';
import type { Catalog } from './catalog.ts';
import { symbolsIn } from './catalog.ts';
import { Fields, Unreadable, listOf } from './json.ts';
import type { Rest } from './rest.ts';

export async function balancesFrom(rest: Rest, catalog: Catalog, timeoutMs: number): Promise<Read<Balances>> {
  const deadlineMs = rest.deadlineMs(timeoutMs);
  const [account, positions] = await Promise.all([
    rest.read('trading', '/v2/account', deadlineMs), // together, so that little can happen between them
    rest.read('trading', '/v2/positions', deadlineMs),
  ]);
  if (account.kind === 'unclear') return account;
  if (positions.kind === 'unclear') return positions;
  if (account.kind !== 'json' || positions.kind !== 'json') return { kind: 'unclear', why: 'the venue has no account or no list of positions' };
  const rows = rest.readable(() => listOf(positions.json, 'positions'));
  if ('why' in rows) return { kind: 'unclear', why: rows.why };
  const symbols = rest.readable(() => symbolsIn(rows.value.filter((row) => isCrypto(new Fields(row, 'position'))), 'position'));
  if ('why' in symbols) return { kind: 'unclear', why: symbols.why };
  const learnt = await catalog.learn(symbols.value, deadlineMs);
  if (learnt.kind === 'unclear') return learnt;
  const read = rest.readable(() => {
    const fields = new Fields(account.json, 'account');
    const assets: Record<string, string> = { [fields.text('currency')]: fields.decimalText('cash') };
    for (const row of rows.value) {
      const position = new Fields(row, 'position');
      const symbol = position.text('symbol');
      const asset = isCrypto(position) ? catalog.instrumentOf(symbol).base : symbol;
      if (Object.hasOwn(assets, asset)) throw new Unreadable('unasked', `two positions are in ${asset.slice(0, 40)}`);
      assets[asset] = position.decimalText('qty');
    }
    return { assets, blocked: blockedWhy(fields) };
  });
  return 'value' in read ? { kind: 'read', value: read.value } : { kind: 'unclear', why: read.why };
}

const isCrypto = (position: Fields): boolean => position.text('asset_class') === 'crypto';

export function blockedWhy(account: Fields): string | undefined {
  const reasons: string[] = [];
  for (const name of ['status', 'crypto_status']) {
    const status = name === 'status' ? account.text(name) : account.optionalText(name);
    if (status !== undefined && status !== 'ACTIVE') reasons.push(`${name} is ${status.slice(0, 40)}`);
  }
  for (const name of ['trading_blocked', 'account_blocked', 'trade_suspended_by_user']) if (account.flag(name)) reasons.push(name);
  return reasons.length === 0 ? undefined : reasons.join(', ');
}
