/**
 * What must be true once nothing goes wrong any more.
 *
 *   K7  The live world equals the replayed one.
 *   K12 What the account is said to be worth is what the exchange's own balances are worth, at the same price.
 */
import { absolute, formatUnits, parseCanonical, parseUnits } from '../../base/index.ts';
import { assetScale, digestOf, worthOf } from '../../core/index.ts';
import type { Order } from '../../core/index.ts';
import { replay } from '../../runtime/index.ts';
import type { AtVenue } from './at-venue.ts';
import { SYMBOL, VENUE } from '../stage.ts';
import type { Stage } from '../stage.ts';
import type { Standstill } from './standstill.ts';
import type { Tally } from '../tally.ts';
import { Violation } from './violation.ts';

const SCALE = 9;

export class Ending {
  readonly #tally: Tally;
  readonly #venue: AtVenue;
  readonly #standstill: Standstill;

  constructor(tally: Tally, venue: AtVenue, standstill: Standstill) {
    this.#tally = tally;
    this.#venue = venue;
    this.#standstill = standstill;
  }

  /** Why not everything has come back, or undefined. */
  unsettled(stage: Stage): string | undefined {
    const runtime = stage.runtime;
    if (runtime === undefined) return 'the runtime is not up';
    const { world } = runtime;
    if (runtime.turns.durableSeq !== runtime.turns.headSeq) return 'the disk is behind';
    for (const order of world.orders.live.values()) return `${order.id} is still ${order.phase}`;
    const reconciled = world.ledger.reconciled.get(VENUE);
    if (reconciled === undefined) return 'not reconciled since the last start';
    const stop = this.#standstill.unsettled(world);
    if (stop !== undefined) return stop;
    if (world.ledger.pendingFees.size > 0) return 'fees are still pending';
    for (const [key, difference] of world.ledger.differences.entries()) return `${key} differs: ledger ${difference.ledgerUnits}, venue ${difference.venueUnits}`;
    return this.#booksDiffer(stage);
  }

  /** Books against the exchange's own accounts, to the last unit. */
  #booksDiffer(stage: Stage): string | undefined {
    const world = stage.runtime?.world;
    const account = stage.exchange.oracle.accounts()[0];
    if (world === undefined || account === undefined) return 'nobody to compare';
    for (const asset of ['BTC', 'USD']) {
      const scale = assetScale(world.market, VENUE, asset) ?? 0;
      const books = formatUnits(world.ledger.balances.get(`assets:${VENUE} ${asset}`) ?? 0n, scale);
      const venue = account.balances[asset]?.total ?? '0';
      if (books !== venue) return `${asset}: the books say ${books}, the exchange ${venue}`;
    }
    let filled = 0n;
    for (const order of [...world.orders.done.values()]) filled += order.filledUnits;
    for (const { table, key, record } of stage.archive.rows.values()) if (table === 'orders.done' && !world.orders.done.has(key)) filled += (parseCanonical(record) as Order).filledUnits;
    const executed = this.#venue.ownFilledUnits;
    return filled === executed ? undefined : `orders here were filled ${filled}, at the exchange ${executed}`;
  }

  /** K12, when nothing is open, owed or in dispute. */
  worth(stage: Stage): void {
    const { runtime } = stage;
    const balances = stage.exchange.oracle.accounts()[0]?.balances;
    if (runtime === undefined || balances === undefined) return;
    const nowMs = runtime.time.nowMs();
    const [worth, price] = [worthOf(runtime.world, runtime.prices, nowMs), runtime.prices.price(VENUE, SYMBOL, nowMs)];
    const { ledger } = runtime.world;
    if (worth.kind !== 'valued' || price === undefined || ledger.pendingFees.size > 0 || ledger.differences.size > 0) return this.#tally.state('not quiet enough to value');
    const twice = parseUnits(balances['BTC']?.total ?? '0', SCALE) * (price.bidUnits + price.askUnits); // by the cent
    const truth = parseUnits(balances['USD']?.total ?? '0', 12) / 10_000n + twice / 2_000n; // in units of 10^-8
    if (absolute(truth - worth.equityUnits) > 2n) throw new Violation('K12', `the account is said to be worth ${worth.equityUnits}, and at the exchange it is ${truth}`);
    this.#tally.state('valued as the exchange has it');
  }

  /** K7: another reader of the same disk comes to the same world. */
  async replayed(stage: Stage): Promise<void> {
    const runtime = stage.runtime;
    if (runtime === undefined || runtime.turns.durableSeq !== runtime.turns.headSeq) return;
    const live = digestOf(runtime.world);
    const [audit, whole, short] = [await replay(stage.disk.open(), { snapshots: false, wholeRecord: true }), await replay(stage.disk.open(), { snapshots: false }), await replay(stage.disk.open())];
    if (digestOf(audit.world) !== live) throw new Violation('K7', 'the live world is not that of the whole record');
    if (digestOf(whole.world) !== live) throw new Violation('K7', 'the live world is not the replayed one');
    if (digestOf(short.world) !== live) throw new Violation('K7', 'the world restored from a snapshot is not the replayed one');
    if (short.fromSnapshot > 0) this.#tally.state('restored from a snapshot');
  }
}
