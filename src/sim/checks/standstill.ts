/**
 * K14: a stop means stopped, by the exchange's own log.
 *
 *   S1. Once a stop is in the journal, or was answered as taken, no order that could open risk leaves; what had left before arrives
 *       within the bounds that the venue declares. So from then on the exchange accepts only what reduces.
 *   S2. What closes takes no more than is held, less all that others of ours may still sell of it: no sign turns, nothing is closed twice.
 *   S3. Where the journal says CONFIRMED the exchange holds no live order of ours and no position that could be traded, then and for as
 *       long as no named person has resumed.
 *       The venue was looked at twice before, so far apart that nothing could still turn up, and showed nothing open.
 *   S4. What is not confirmed in its time says NOT CONFIRMED, and no start of a process ends a stop.
 *
 * Folds the exchange's log by itself, and of the journal only what the runtime has claimed.
 */
import { formatUnits, parseUnits } from '../../base/index.ts';
import { isShut, isUnderWay, stopsUnderWay } from '../../core/index.ts';
import type { Fact, StopWord, World } from '../../core/index.ts';
import type { LogEvent } from '../../exchange/index.ts';
import type { EntryHeader } from '../../journal/index.ts';
import { SYMBOL } from '../stage.ts';
import type { Stage } from '../stage.ts';
import type { Tally } from '../tally.ts';
import type { SentOrder } from '../witness.ts';

const SCALE = 9;
const BOUNDS_MS = 20_000; // what the venue declares for an order to arrive, and then to be seen
const BY_HAND_MS = 30_000; // so long after somebody has traded by hand it is not known what a look has seen
const DUST_USD = 11; // the venue takes no order below ten, and its market moves
const APART_MS = 10_000; // what the venue declares for an order to be seen
const CONFIRM_WITHIN_MS = 60_000;
const SLACK_MS = 3_000;

type Resting = { readonly clientOrderId: string; readonly side: 'buy' | 'sell'; openUnits: bigint; readonly isOurs: boolean; readonly placedMs: number };
type Claim = { readonly id: string; readonly sinceMs: number };

const units = (quantity: string): bigint => parseUnits(quantity, SCALE);
const shown = (quantity: bigint): string => `${formatUnits(quantity, SCALE)} BTC`;

export class Standstill {
  readonly #tally: Tally;
  readonly #resting = new Map<string, Resting>(); // by the exchange's order id: every one that it has accepted and not ended
  readonly #underway = new Map<string, bigint>(); // sells that have left and not arrived, by client order id
  readonly #claimed = new Set<string>(); // order ids of which the journal says that they close
  readonly #names = new Map<string, string>(); // order id → client order id
  readonly #closers = new Set<string>(); // client order ids
  readonly #events: LogEvent[] = [];
  #positionUnits = 0n;
  #handMs = Number.NEGATIVE_INFINITY; // when somebody last traded by hand
  #shutMs: number | undefined; // since when the gate is shut for the world to see
  #underWay = 0; // stops, by the journal
  #confirmed: Claim | undefined;
  #fresh: Claim | undefined; // a claim that was not looked at yet
  #found: string | undefined; // by a fact
  #liesBefore = 0; // cancels that the venue had only said it took, when the first stop began
  #upSinceMs = 0;
  #life = '';

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** Whether the journal says of an order that it closes. */
  closes(clientOrderId: string): boolean {
    return this.#closers.has(clientOrderId);
  }

  isCloser(orderId: string): boolean {
    return this.#claimed.has(orderId);
  }

  /** Whether a stop is in the journal that is not confirmed. */
  get isUnderWay(): boolean {
    return this.#underWay > 0;
  }

  /** Somebody was told that it is stopped. */
  taken(stage: Stage, word: 'halt' | StopWord): void {
    if (word === 'halt' && this.#underWay > 0) this.#tally.state('a halt during a stop');
    this.#shutMs ??= stage.witness.nowMs();
  }

  fold(stage: Stage, fact: Fact, header: EntryHeader): void {
    const nowMs = stage.witness.nowMs();
    switch (fact.type) {
      case 'kill.begun':
        if (this.#underWay === 0) this.#liesBefore = stage.lies;
        this.#underWay += 1;
        this.#shutMs ??= nowMs;
        if (this.#underWay > 1 && fact.word === 'kill') this.#tally.state('a kill during a flatten');
        if ([...this.#resting.values()].some(({ isOurs }) => isOurs)) this.#tally.state('stopped with orders in the book');
        if ([...this.#resting.values()].some(({ isOurs }) => !isOurs)) this.#tally.state('an order of somebody else stood at a stop');
        if (this.#positionUnits > 0n) this.#tally.state('stopped with a position');
        return this.#tally.state(`${fact.word} begun`);
      case 'kill.closing':
        this.#claimed.add(fact.orderId);
        if (fact.round > 1) this.#tally.state('a position needed another closing order');
        return;
      case 'kill.ended':
        this.#tally.state(`a stop is ${fact.outcome}`);
        if (stage.lies > this.#liesBefore) this.#tally.state('a venue lied to a stop');
        if (fact.outcome !== 'CONFIRMED') return;
        this.#underWay -= 1;
        this.#fresh = this.#confirmed = { id: fact.id, sinceMs: nowMs };
        return;
      case 'order.prepared':
        this.#names.set(fact.orderId, fact.clientOrderId);
        if (this.#claimed.has(fact.orderId)) this.#closers.add(fact.clientOrderId);
        return;
      case 'order.absent': case 'order.rejected': case 'order.abandoned': case 'order.deferred':
        this.#underway.delete(this.#names.get(fact.orderId) ?? '');
        return;
      case 'runtime.booted':
        if (this.#underWay > 0) this.#tally.state('a stop was interrupted by a crash');
        if (this.#confirmed !== undefined) this.#tally.state('boot after a confirmed stop');
        return;
      case 'gate.halted':
        this.#shutMs ??= nowMs;
        return;
      case 'gate.resumed':
        return this.#opened(header);
      case 'gate.moved':
        if (!isShut(fact.to)) this.#opened(header);
        return;
      default: return;
    }
  }

  #opened({ actor }: EntryHeader): void {
    if (this.#underWay > 0) this.#found = 'the gate was opened while a stop is under way';
    if (!actor.startsWith('operator:')) this.#found = `the gate was opened by ${actor}`;
    if (this.#confirmed !== undefined) this.#tally.state('resumed after a confirmed stop');
    this.#shutMs = this.#confirmed = this.#fresh = undefined;
  }

  /** A line of the exchange's log, judged in the step in which it is read. */
  take(event: LogEvent): void {
    this.#events.push(event);
  }

  /** S1, S2: at the moment an order leaves. */
  leaving(stage: Stage, { clientOrderId, side, quantity }: SentOrder): string | undefined {
    const found = this.#readEvents(stage);
    if (found !== undefined) return found;
    const known = [...this.#resting.values()].some((order) => order.clientOrderId === clientOrderId);
    if (this.closes(clientOrderId) && !known) {
      this.#tally.state('a closing order left');
      const over = this.#tooMuch(stage, clientOrderId, side, units(quantity));
      if (over !== undefined) return over;
    }
    if (side === 'sell' && !known) this.#underway.set(clientOrderId, units(quantity));
    return undefined;
  }

  #tooMuch({ witness }: Stage, clientOrderId: string, side: 'buy' | 'sell', quantity: bigint): string | undefined {
    if (side !== 'sell') return `${clientOrderId} closes by a buy, and nobody is short`;
    if (witness.nowMs() - this.#handMs < BY_HAND_MS) return undefined;
    let others = 0n;
    for (const order of this.#resting.values()) if (order.side === 'sell' && order.clientOrderId !== clientOrderId) others += order.openUnits;
    for (const [name, open] of this.#underway) if (name !== clientOrderId) others += open;
    if (others > 0n) this.#tally.state('closed beside an order that could still sell');
    return quantity + others <= this.#positionUnits ? undefined : `${clientOrderId} sells ${shown(quantity)} to close, ${shown(this.#positionUnits)} is held, and others may sell ${shown(others)} of it`;
  }

  /** What is wrong at this moment; undefined where nothing is. */
  step(stage: Stage): string | undefined {
    return this.#found ?? this.#readEvents(stage) ?? this.#checkClaim(stage) ?? this.#checkTold(stage);
  }

  #readEvents(stage: Stage): string | undefined {
    for (const event of this.#events.splice(0)) {
      const found = this.#read(stage, event);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #read(stage: Stage, event: LogEvent): string | undefined {
    const nowMs = stage.witness.nowMs();
    switch (event.type) {
      case 'order': {
        if (event.symbol !== SYMBOL) return undefined;
        const isOurs = event.clientOrderId.startsWith('bw-');
        const found = isOurs ? this.#accepted(stage, event.clientOrderId, event.side, units(event.quantity)) : undefined;
        if (!isOurs) this.#handMs = nowMs;
        this.#underway.delete(event.clientOrderId);
        this.#resting.set(event.orderId, { clientOrderId: event.clientOrderId, side: event.side, openUnits: units(event.quantity), isOurs, placedMs: nowMs });
        return found;
      }
      case 'trade': {
        let found: string | undefined;
        for (const party of [event.taker, event.maker]) {
          const order = party === null ? undefined : this.#resting.get(party.orderId);
          if (party === null || order === undefined) continue;
          const quantity = units(event.quantity);
          this.#positionUnits += order.side === 'buy' ? quantity : -quantity;
          if (party.feeAsset === 'BTC') this.#positionUnits -= units(party.fee);
          order.openUnits -= quantity;
          if (order.openUnits <= 0n) this.#resting.delete(party.orderId);
          if (!order.isOurs) this.#handMs = nowMs;
          else if (this.#confirmed !== undefined && !this.#closesForAnother(order.clientOrderId)) found ??= `${order.clientOrderId} is filled ${nowMs - this.#confirmed.sinceMs} ms after ${this.#confirmed.id} was called confirmed`;
        }
        return this.#positionUnits < 0n ? `the position has turned: ${shown(this.#positionUnits)}` : found;
      }
      case 'cancelled': case 'expired': case 'rejected':
        this.#resting.delete(event.orderId);
        return undefined;
      case 'refused': {
        const name = event.clientOrderId ?? '';
        this.#underway.delete(name);
        if (this.closes(name) && event.reason === 'insufficient-balance' && nowMs - this.#handMs >= BY_HAND_MS) return `${name} was to close, and the exchange has not so much to sell`;
        return undefined;
      }
      default: return undefined;
    }
  }

  /** A stop that somebody else began goes on, and closes what came in by hand since. */
  #closesForAnother(clientOrderId: string): boolean {
    return this.#underWay > 0 && this.closes(clientOrderId);
  }

  /** S1, S3: the exchange has accepted an order of ours. */
  #accepted({ witness }: Stage, clientOrderId: string, side: 'buy' | 'sell', quantity: bigint): string | undefined {
    const nowMs = witness.nowMs();
    if (this.#confirmed !== undefined && !this.#closesForAnother(clientOrderId)) return `${clientOrderId} is accepted ${nowMs - this.#confirmed.sinceMs} ms after ${this.#confirmed.id} was called confirmed`;
    if (this.#shutMs === undefined) return undefined;
    const leftMs = witness.leftMs(clientOrderId);
    let others = 0n;
    for (const order of this.#resting.values()) if (order.side === 'sell') others += order.openUnits;
    const reduces = side === 'sell' && (quantity + others <= this.#positionUnits || nowMs - this.#handMs < BY_HAND_MS);
    if (reduces && this.closes(clientOrderId)) return undefined;
    if (leftMs === undefined || leftMs > this.#shutMs) return `${clientOrderId} could open risk, and left ${leftMs === undefined ? 'unseen' : `${leftMs - this.#shutMs} ms`} after the stop`;
    if (nowMs - this.#shutMs > BOUNDS_MS) return `${clientOrderId} could open risk, and is accepted ${nowMs - this.#shutMs} ms after the stop`;
    this.#tally.state('an order arrived after the stop');
    return undefined;
  }

  /** S3 */
  #checkClaim(stage: Stage): string | undefined {
    const claim = this.#fresh;
    if (claim === undefined) return undefined;
    this.#fresh = undefined;
    const looks = stage.witness.cleanLooks;
    if (looks === undefined || looks.lastMs - looks.firstMs < APART_MS - 1) return `${claim.id} is called confirmed after ${looks === undefined ? 'no look' : `looks ${looks.lastMs - looks.firstMs} ms apart`} at which nothing was open`;
    const nowMs = stage.witness.nowMs();
    for (const [orderId, { clientOrderId, openUnits, isOurs, placedMs }] of this.#resting) {
      if (isOurs || nowMs - placedMs > BY_HAND_MS) return `${claim.id} is called confirmed, and ${orderId} (${clientOrderId}) has ${shown(openUnits)} open at the exchange`;
    }
    const bid = Number(stage.exchange.quote(SYMBOL)?.bid ?? 0);
    const isDust = Number(formatUnits(this.#positionUnits, SCALE)) * bid < DUST_USD;
    if (isDust || nowMs - this.#handMs < BY_HAND_MS) return undefined;
    return `${claim.id} is called confirmed, and ${shown(this.#positionUnits)} is held at the exchange`;
  }

  /** S4 */
  #checkTold({ runtime, isFrozen, witness }: Stage): string | undefined {
    if (isFrozen) this.#upSinceMs = witness.nowMs(); // whoever stood still has to be given the time to say it, as a new life has
    if (runtime === undefined || isFrozen || runtime.turns.failed !== undefined) return undefined;
    const { world } = runtime;
    if (world.life.bootId !== this.#life) [this.#life, this.#upSinceMs] = [world.life.bootId, witness.nowMs()];
    if (this.#underWay > 0 && runtime.turns.durableSeq === runtime.turns.headSeq && !isShut(world.gate.state)) return `the gate is ${world.gate.state}, and a stop is under way`;
    if (world.stops.size === 0 || witness.nowMs() - this.#upSinceMs < SLACK_MS) return undefined;
    const late = stopsUnderWay(world).find(({ outcome, beganAtMs }) => outcome === 'running' && runtime.time.nowMs() - beganAtMs > CONFIRM_WITHIN_MS + SLACK_MS);
    return late === undefined ? undefined : `${late.id} is not confirmed after ${runtime.time.nowMs() - late.beganAtMs} ms, and does not say so`;
  }

  /** What is not stopped yet, though nothing goes wrong any more. */
  unsettled(world: World): string | undefined {
    const stop = [...world.stops.values()].find(isUnderWay);
    return stop === undefined ? undefined : `the ${stop.word} ${stop.id} is ${stop.outcome}: ${stop.open.join('; ')} ${JSON.stringify(stop.steps)}`;
  }
}
