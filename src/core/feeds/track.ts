/**
 * One source of one instrument: what it said last, how often it has news, and what is wrong with it, looked at alone.
 *
 *   T1. What came before, or is older by its own time than what is already known, changes nothing.
 *   T2. What is remembered is bounded, however fast a source quotes.
 *   T3. A jump has stood for as long as it was quoted. Silence confirms nothing, and what was right before is right when it comes back.
 */
import { apartPpm, middleOf } from './quotation.ts';
import type { Quotation } from './quotation.ts';
import type { Fault } from './fault.ts';
import type { FeedPolicy } from './policy.ts';

type Point = { readonly atMs: number; readonly middleUnits: bigint };
type Jump = { readonly atMs: number; readonly fromUnits: bigint; readonly toUnits: bigint };

const INTERVALS = 31;
const KNOWN_INTERVALS = 5; // fewer say nothing of what is usual
const POINTS = 64;

export class Track {
  readonly #policy: FeedPolicy;
  readonly #stampsAnswers: boolean;
  #last: Quotation | undefined;
  #news = 0;
  #newsAtMs = -Infinity;
  #intervals: number[] = [];
  #points: Point[] = [];
  #jump: Jump | undefined;

  constructor(name: string, policy: FeedPolicy) {
    this.#policy = policy;
    this.#stampsAnswers = policy.stampsAnswers.includes(name);
  }

  get last(): Quotation | undefined {
    return this.#last;
  }

  saw(quotation: Quotation): void {
    const last = this.#last;
    if (last !== undefined && (quotation.cameAtMs < last.cameAtMs || stampOf(quotation) < stampOf(last))) return; // T1
    this.#last = quotation;
    const sameStamp = this.#stampsAnswers || (last !== undefined && stampOf(quotation) === stampOf(last));
    if (!(sameStamp && quotation.bidUnits === last?.bidUnits && quotation.askUnits === last.askUnits)) this.#heardNews(quotation.cameAtMs);
    if (isMarket(quotation)) this.#moved({ atMs: quotation.cameAtMs, middleUnits: middleOf(quotation) });
  }

  /** What is wrong with it by itself; of several things the gravest. */
  faultAt(nowMs: number): Fault | undefined {
    const { staleAfterMs, aheadMs, warmQuotes, lockedIsSound } = this.#policy;
    const last = this.#last;
    if (last === undefined || this.#news < warmQuotes) return { kind: 'cold', quotes: this.#news, needs: warmQuotes };
    const { bidUnits, askUnits, quotedAtMs, cameAtMs } = last;
    if (bidUnits <= 0n || askUnits <= 0n) return { kind: 'empty' };
    if (bidUnits > askUnits) return { kind: 'crossed', bidUnits, askUnits };
    if (bidUnits === askUnits && !lockedIsSound) return { kind: 'locked', bidUnits, askUnits };
    if (nowMs - cameAtMs > staleAfterMs) return { kind: 'stale', by: 'arrival', ageMs: nowMs - cameAtMs };
    if (nowMs - quotedAtMs > staleAfterMs) return { kind: 'stale', by: 'own time', ageMs: nowMs - quotedAtMs };
    if (quotedAtMs - cameAtMs > aheadMs) return { kind: 'ahead', byMs: quotedAtMs - cameAtMs };
    const mute = this.#muteAt(nowMs);
    if (mute !== undefined) return mute;
    const jump = this.#jump;
    return jump === undefined ? undefined : { kind: 'jumped', fromUnits: jump.fromUnits, toUnits: jump.toUnits };
  }

  /** The next time after this one at which it may be judged differently though nothing comes; Infinity where there is none. Rather too early than too late. */
  turnsAfter(nowMs: number): number {
    const { staleAfterMs, muteLeastMs } = this.#policy;
    if (this.#last === undefined) return Infinity;
    const { cameAtMs, quotedAtMs } = this.#last;
    const times = [cameAtMs + staleAfterMs + 1, quotedAtMs + staleAfterMs + 1, this.#newsAtMs + Math.max(muteLeastMs, this.#pauseMs()?.boundMs ?? Infinity) + 1];
    return Math.min(...times.filter((atMs) => atMs > nowMs), Infinity);
  }

  /** Another source is there too: it was the market that moved. */
  confirmJump(): void {
    this.#jump = undefined;
  }

  #heardNews(atMs: number): void {
    if (this.#news > 0) this.#intervals = [...this.#intervals, atMs - this.#newsAtMs].slice(-INTERVALS); // T2
    this.#news += 1;
    this.#newsAtMs = atMs;
  }

  /** Silent for much longer than usual, and for much longer than it was of late. One long pause is forgiven: it may have been a fault. */
  #muteAt(nowMs: number): Fault | undefined {
    const silentMs = nowMs - this.#newsAtMs;
    if (silentMs <= this.#policy.muteLeastMs) return undefined;
    const pause = this.#pauseMs();
    return pause !== undefined && silentMs > pause.boundMs ? { kind: 'mute', silentMs, usualMs: pause.usualMs } : undefined;
  }

  /** How long it may be silent; undefined while too little is known of what is usual. */
  #pauseMs(): { readonly boundMs: number; readonly usualMs: number } | undefined {
    const { muteFactor, pauseFactor } = this.#policy;
    if (this.#intervals.length < KNOWN_INTERVALS) return undefined;
    const sorted = this.#intervals.toSorted((a, b) => a - b);
    const usualMs = sorted[Math.floor(sorted.length / 2)] ?? Infinity;
    return { boundMs: Math.max(muteFactor * usualMs, pauseFactor * (sorted.at(-2) ?? Infinity)), usualMs };
  }

  #moved(point: Point): void {
    const { jumpPpm, jumpWithinMs, jumpHoldMs } = this.#policy;
    const within = this.#points.filter(({ atMs }) => point.atMs - atMs <= jumpWithinMs);
    const before = within.length > 0 ? within : this.#points.slice(-1); // the first after a silence is measured against the last before it
    const jump = this.#jump;
    this.#points = [...before, point].slice(-POINTS); // T2
    if (jump === undefined) {
      const from = before.find(({ middleUnits }) => apartPpm(middleUnits, point.middleUnits) > jumpPpm);
      this.#jump = from === undefined ? undefined : { atMs: point.atMs, fromUnits: from.middleUnits, toUnits: point.middleUnits };
      return;
    }
    const isBack = apartPpm(jump.fromUnits, point.middleUnits) <= jumpPpm;
    if (isBack) this.#points = [point]; // what lay between was no market, and is nothing to measure by
    const stands = apartPpm(jump.toUnits, point.middleUnits) <= jumpPpm;
    const isOver = isBack || (stands && point.atMs - jump.atMs >= jumpHoldMs); // T3
    this.#jump = isOver ? undefined : stands ? jump : { atMs: point.atMs, fromUnits: jump.fromUnits, toUnits: point.middleUnits };
  }
}

const stampOf = ({ stampMs, quotedAtMs }: Quotation): number => stampMs ?? quotedAtMs;
const isMarket = ({ bidUnits, askUnits }: Quotation): boolean => bidUnits > 0n && askUnits >= bidUnits;
