/**
 * Looks at the account again and again, and says what follows: facts to be written down, breakers to be tripped.
 *
 * Owns the last few looks, which are samples: after a restart there are none, and nothing is concluded before there are. Owns no time and
 * changes no world.
 *
 *   O1. A limit that is passed trips its breaker by itself, with the third look that says so: in 5 s where looks are a second apart.
 *   O2. An account whose worth is not known for too long trips too. Nothing is ever concluded from it about gain or loss.
 *   O3. A day begins once, at its first look with a value. Where there was none when it turned, it begins with the better of now and the
 *       last time the account could be valued: what was lost in between is lost today.
 *   O4. What half a limit has tripped while the system is not well closes by itself once the limit in force is not reached any more. What the whole
 *       limit has tripped, a person closes.
 */
import { formatUnits, larger } from '../../base/index.ts';
import { holdingUnits, mostHeldUnits } from '../ledger/index.ts';
import { marketKey } from '../market/index.ts';
import type { Prices } from '../market/index.ts';
import type { World } from '../world.ts';
import { limitScalePpm, stepsTo, usedPpm } from './level.ts';
import type { Step, Use } from './level.ts';
import { evidenceOf } from './after-trip.ts';
import { Steady } from './steady.ts';
import { streakIn } from './streak.ts';
import { Swings } from './swings.ts';
import { ACCOUNT_SCALE, accountOf } from './view.ts';
import type { Account } from './view.ts';
import { worthOf } from './worth.ts';
import type { Flow, Worth } from './worth.ts';

/** A day as a calendar tells it. Later days have later keys. */
export type CalendarDay = { readonly key: string; readonly zone: string; readonly endsAtMs: number };

/** What a look found that is to be written down. */
export type RiskSeen = {
  readonly kind: 'risk-seen';
  readonly worth: { readonly kind: 'valued'; readonly unvaluedMs: number } | { readonly kind: 'unvalued'; readonly reason: string } | undefined; // where it changed
  readonly flows: readonly Flow[];
  readonly day: (CalendarDay & { readonly openingUnits: bigint; readonly equityUnits: bigint; readonly from: 'now' | 'earlier' }) | undefined;
  readonly mark: { readonly gainUnits: bigint; readonly peakUnits: bigint; readonly equityUnits: bigint } | undefined;
  readonly steps: readonly Step[];
};

/** `rule`: which of several may trip the same breaker. */
export type BreakerTrip = { readonly breaker: string; readonly rule: string; readonly reason: string; readonly evidence: Readonly<Record<string, string | number>>; readonly forMs: number | 'manual' };
/** What tripped a breaker is over. */
export type BreakerReset = { readonly breaker: string; readonly reason: string };
/** A breaker that is open. `rule`: empty where somebody else opened it. */
export type TrippedBreaker = { readonly rule: string; readonly untilMs: number | 'manual' };

export const LOSS = 'loss/default'; // everything
export const STREAK = 'streak';

/** How the account stood at the last look. */
export type AccountStanding = {
  readonly worth: Worth;
  readonly lossUnits: bigint | undefined; // of the day; below zero it is a gain
  readonly fallPpm: number | undefined; // from the best
  readonly peakEquityUnits: bigint | undefined;
};

export type Findings = { readonly standing: AccountStanding; readonly seen: RiskSeen | undefined; readonly resets: readonly BreakerReset[]; readonly trips: readonly BreakerTrip[] }; // resets come first

export type Look = {
  readonly nowMs: number;
  readonly day: CalendarDay;
  readonly tripped: (breaker: string) => TrippedBreaker | undefined; // what is tripped already is not tripped again
  readonly state?: 'whole' | 'degraded';
};

const MARK_EVERY_MS = 300_000;
const TELL_UNVALUED_MS = 2_000;
const APART_MS = 500; // looks that are closer together count as one …
const STANDS_MS = 1_500; // … and so does one by the very same prices, until they have stood for so long
const SETTLED_MS = 60_000; // valued for so long without a gap: the turn of the day was seen
const UNVALUED_MS = 60_000; // renewed while it lasts, and over as soon as there is a value
const PPM = 1_000_000n;

export class RiskWatch {
  readonly #gain = new Steady();
  readonly #swings = new Map<string, Swings>();
  #currency = '';
  #countedMs = -Infinity;
  #countedPrices = '';
  #valuedSinceMs: number | undefined;
  #unvaluedSinceMs: number | undefined;
  #peakUnits: bigint | undefined;
  #recordedPeakUnits: bigint | undefined;

  /** @returns undefined while no policy was set */
  look(world: World, prices: Prices, look: Look): Findings | undefined {
    const account = accountOf(world.valuation);
    if (account === undefined) return undefined;
    if (account.policy.currency !== this.#currency) this.#begin(account);
    if (account.peakUnits < (this.#recordedPeakUnits ?? account.peakUnits)) this.#peakUnits = undefined; // a person lets the fall be counted from here
    this.#recordedPeakUnits = account.peakUnits;
    const trips: BreakerTrip[] = [];
    const resets: BreakerReset[] = [];
    const trip: Tripping = (breaker, rule, forMs, reason, evidence) => {
      const standing = resets.some((reset) => reset.breaker === breaker) ? undefined : look.tripped(breaker);
      const stands = standing !== undefined && (standing.untilMs === 'manual' || (forMs !== 'manual' && (standing.rule === rule || standing.untilMs >= look.nowMs + forMs)));
      if (!stands) trips.push({ breaker, rule, forMs, reason, evidence: wholeLimits.has(rule) ? { ...evidence, ...follows(world, account) } : evidence });
    };
    const over = (breaker: string, rule: string, reason: string): void => {
      if (look.tripped(breaker)?.rule === rule) resets.push({ breaker, reason });
    };
    const worth = worthOf(world, prices, look.nowMs);
    if (worth.kind === 'valued') over(LOSS, 'unvalued', 'what the account is worth is known again');
    const uses = [...positions(world, look, trip, over), ...this.#volatility(world, account, prices, look.nowMs, trip)];
    this.#streak(account, trip);
    const found = worth.kind === 'valued' ? this.#valued(account, worth, look, trip, over, uses) : this.#unvalued(account, worth, look, trip);
    const steps = uses.flatMap((use) => stepsTo(world.valuation.levels.get(use.cause)?.level ?? 'normal', use));
    const { standing, ...words } = found;
    const seen: RiskSeen = { kind: 'risk-seen', ...words, steps };
    const nothing = seen.worth === undefined && seen.flows.length === 0 && seen.day === undefined && seen.mark === undefined && steps.length === 0;
    return { standing, seen: nothing ? undefined : seen, resets, trips };
  }

  #begin({ policy }: Account): void {
    this.#currency = policy.currency;
    this.#gain.forget();
    [this.#peakUnits, this.#valuedSinceMs, this.#unvaluedSinceMs] = [undefined, undefined, undefined];
  }

  #unvalued(account: Account, worth: Extract<Worth, { kind: 'unvalued' }>, { nowMs }: Look, trip: Tripping): Omit<RiskSeen, 'kind' | 'steps'> & { readonly standing: AccountStanding } {
    const { policy } = account;
    this.#valuedSinceMs = undefined;
    this.#unvaluedSinceMs ??= nowMs;
    const lastsMs = nowMs - this.#unvaluedSinceMs;
    const reason = worth.reasons.join('; ');
    if (lastsMs >= policy.unvaluedAfterMs && limitsLoss(account)) { // O2
      trip(LOSS, 'unvalued', UNVALUED_MS, `what the account is worth has not been known for ${lastsMs} ms: ${reason}`, { unvaluedMs: lastsMs, limitMs: policy.unvaluedAfterMs, missing: worth.reasons.length });
    }
    const tell = account.unvalued === null && lastsMs >= Math.min(TELL_UNVALUED_MS, policy.unvaluedAfterMs);
    return {
      standing: { worth, lossUnits: undefined, fallPpm: undefined, peakEquityUnits: undefined },
      worth: tell ? { kind: 'unvalued', reason } : undefined, flows: [], day: undefined, mark: undefined,
    };
  }

  #valued(account: Account, worth: Extract<Worth, { kind: 'valued' }>, look: Look, trip: Tripping, over: Over, uses: Use[]): Omit<RiskSeen, 'kind' | 'steps'> & { readonly standing: AccountStanding } {
    const { nowMs } = look;
    const unvaluedMs = account.unvalued === null ? 0 : Math.max(0, nowMs - account.unvalued.sinceMs);
    this.#unvaluedSinceMs = undefined;
    const settled = this.#valuedSinceMs !== undefined && nowMs - this.#valuedSinceMs >= SETTLED_MS;
    this.#valuedSinceMs ??= nowMs;
    this.#count(worth, nowMs);
    const said = { worth: account.unvalued === null ? undefined : { kind: 'valued' as const, unvaluedMs }, flows: worth.flows };
    const flowedUnits = worth.equityUnits - worth.gainUnits;
    const [low, high] = [this.#gain.atMost, this.#gain.atLeast];
    const peakUnits = larger(larger(account.peakUnits, this.#peakUnits ?? account.peakUnits), high ?? account.peakUnits);
    this.#peakUnits = peakUnits;
    const peakEquityUnits = peakUnits + flowedUnits;
    const standing = (openingUnits: bigint | undefined): AccountStanding => ({
      worth, peakEquityUnits, lossUnits: openingUnits === undefined ? undefined : openingUnits - worth.gainUnits, fallPpm: fallPpm(peakUnits - worth.gainUnits, peakEquityUnits),
    });
    if (low === undefined) return { ...said, standing: standing(account.day?.openingUnits), day: undefined, mark: undefined };

    const day = this.#turned(account, look, low, worth.equityUnits, settled);
    const openingUnits = day?.openingUnits ?? account.day?.openingUnits ?? 0n;
    uses.push(...this.#losses(account, look, { lossUnits: openingUnits - low, fallUnits: peakUnits - low, peakEquityUnits }, trip, over));
    const mark = isDue(account, { gainUnits: low, peakUnits, equityUnits: worth.equityUnits }, nowMs) ? { gainUnits: low, peakUnits, equityUnits: worth.equityUnits } : undefined;
    return { ...said, standing: standing(openingUnits), day, mark };
  }

  #count({ gainUnits, prices }: Extract<Worth, { kind: 'valued' }>, nowMs: number): void {
    const passedMs = nowMs - this.#countedMs;
    const news = passedMs >= STANDS_MS || (passedMs >= APART_MS && (prices === '' || isNewThroughout(prices, this.#countedPrices)));
    if (!news) return this.#gain.corrects(gainUnits);
    this.#gain.saw(gainUnits);
    [this.#countedMs, this.#countedPrices] = [nowMs, prices];
  }

  /** O3 */
  #turned(account: Account, { day }: Look, gainUnits: bigint, equityUnits: bigint, settled: boolean): RiskSeen['day'] {
    if (account.day !== null && day.key <= account.day.key) return undefined;
    const { key, zone, endsAtMs } = day;
    if (account.day === null) return { key, zone, endsAtMs, openingUnits: 0n, equityUnits, from: 'now' };
    const earlier = account.mark?.gainUnits ?? gainUnits;
    const openingUnits = settled ? gainUnits : larger(gainUnits, earlier);
    return { key, zone, endsAtMs, openingUnits, equityUnits, from: openingUnits > gainUnits ? 'earlier' : 'now' };
  }

  /** O1 */
  #losses({ policy, day }: Account, { state }: Look, { lossUnits, fallUnits, peakEquityUnits }: { readonly lossUnits: bigint; readonly fallUnits: bigint; readonly peakEquityUnits: bigint }, trip: Tripping, over: Over): Use[] {
    const scale = BigInt(limitScalePpm(state ?? 'whole'));
    const money = (units: bigint): string => `${formatUnits(units, ACCOUNT_SCALE)} ${policy.currency}`;
    const uses: Use[] = [];
    const judged = (rule: string, reached: boolean, wholly: boolean, reason: string, evidence: BreakerTrip['evidence']): void => { // O4
      const half = `${rule} while degraded`;
      if (wholly) for (const one of wholeLimits) over(LOSS, `${one} while degraded`, 'the whole limit is reached');
      else if (!reached) over(LOSS, half, 'the limit in force is not reached any more');
      if (reached) trip(LOSS, wholly ? rule : half, 'manual', reason, evidence);
    };
    if (policy.maxDailyLossUnits !== undefined) {
      const limitUnits = policy.maxDailyLossUnits * scale / PPM;
      uses.push({ cause: 'daily-loss', usedPpm: usedPpm(lossUnits, limitUnits), observed: money(larger(lossUnits, 0n)), limit: money(limitUnits) });
      judged('daily-loss', lossUnits >= limitUnits, lossUnits >= policy.maxDailyLossUnits, `the day's loss is ${money(lossUnits)}, and the limit is ${money(limitUnits)}`, { loss: money(lossUnits), limit: money(limitUnits), day: day?.key ?? 'the first' });
    }
    if (policy.maxDrawdownPpm !== undefined) {
      const [fall, limitPpm] = [fallPpm(fallUnits, peakEquityUnits), Number(BigInt(policy.maxDrawdownPpm) * scale / PPM)];
      uses.push({ cause: 'drawdown', usedPpm: usedPpm(BigInt(fall), BigInt(limitPpm)), observed: `${percent(fall)} below ${money(peakEquityUnits)}`, limit: percent(limitPpm) });
      judged('drawdown', fall >= limitPpm, fall >= policy.maxDrawdownPpm, `the account stands ${percent(fall)} below its best, and the limit is ${percent(limitPpm)}`, { fall: percent(fall), limit: percent(limitPpm), best: money(peakEquityUnits) });
    }
    return uses;
  }

  #streak({ policy, rounds }: Account, trip: Tripping): void {
    const found = policy.streak === undefined ? undefined : streakIn(rounds, policy.streak);
    if (found !== undefined && policy.streak !== undefined) trip(LOSS, STREAK, policy.streak.coolDownMs, found.reason, { losses: found.losses, of: found.of });
  }

  #volatility({ market }: World, { policy: { volatility } }: Account, prices: Prices, nowMs: number, trip: Tripping): Use[] {
    if (volatility === undefined) return [];
    const uses: Use[] = [];
    for (const [key, { symbol }] of market.instruments.entries()) {
      const venue = key.slice(0, key.indexOf(' '));
      const price = prices.price(venue, symbol, nowMs);
      const swings = this.#swings.get(key) ?? new Swings(volatility);
      this.#swings.set(key, swings);
      if (price !== undefined) swings.saw((price.bidUnits + price.askUnits) / 2n, nowMs);
      const move = price === undefined ? undefined : swings.move;
      if (move === undefined) continue;
      uses.push({ cause: `volatility ${marketKey(venue, symbol)}`, usedPpm: usedPpm(BigInt(move.movePpm), BigInt(move.boundPpm)), observed: `${percent(move.movePpm)} in ${move.overMs} ms`, limit: percent(move.boundPpm) });
      if (move.movePpm < move.boundPpm) continue;
      trip(`volatility/${symbol}`, `volatility at ${venue}`, volatility.coolDownMs, `the price of ${symbol} at ${venue} moved by ${percent(move.movePpm)} within ${move.overMs} ms, and the bound is ${percent(move.boundPpm)}`, {
        move: percent(move.movePpm), withinMs: move.overMs, bound: percent(move.boundPpm), usual: move.usualPpm === undefined ? 'not known yet' : percent(move.usualPpm),
      });
    }
    return uses;
  }
}

/** A position beyond its limit trips its breaker at once: what was executed is no sample. Back within it, the breaker closes. */
function positions(world: World, { state }: Look, trip: Tripping, over: Over): Use[] {
  const limits = world.limits?.maxPositionUnits ?? {};
  const uses: Use[] = [];
  for (const [key, { symbol, base, quantityScale }] of world.market.instruments.entries()) {
    const whole = limits[symbol];
    const venue = key.slice(0, key.indexOf(' '));
    if (whole === undefined || !world.ledger.opened.has(`${venue} ${base}`)) continue;
    const limitUnits = whole * BigInt(limitScalePpm(state ?? 'whole')) / PPM;
    const heldUnits = larger(mostHeldUnits(world.ledger, venue, base), -holdingUnits(world.ledger, venue, base));
    const amount = (units: bigint): string => `${formatUnits(units, quantityScale)} ${base}`;
    const [breaker, rule] = [`position/${symbol}`, `position at ${venue}`];
    uses.push({ cause: `position ${key}`, usedPpm: usedPpm(heldUnits, limitUnits), observed: amount(heldUnits), limit: amount(limitUnits) });
    if (heldUnits <= limitUnits) over(breaker, rule, `the position in ${symbol} at ${venue} is ${amount(heldUnits)}, within its limit of ${amount(limitUnits)}`);
    else trip(breaker, rule, 'manual', `the position in ${symbol} at ${venue} is ${amount(heldUnits)}, and the limit is ${amount(limitUnits)}`, { position: amount(heldUnits), limit: amount(limitUnits) });
  }
  return uses;
}

type Over = (breaker: string, rule: string, reason: string) => void;
type Tripping = (breaker: string, rule: string, forMs: number | 'manual', reason: string, evidence: BreakerTrip['evidence']) => void;

/** Those of which more may follow than that new risk stops. */
const wholeLimits: ReadonlySet<string> = new Set(['daily-loss', 'drawdown']);

function follows({ limits }: World, { policy: { onLimit } }: Account): Readonly<Record<string, string>> {
  return onLimit === undefined ? {} : evidenceOf(onLimit, limits?.observe?.some((control) => control === 'all' || control === 'daily-loss') === true);
}

/** Every price was seen anew: one that stands beside others that move has not been seen again. */
function isNewThroughout(prices: string, before: string): boolean {
  const known = new Set(before.split('\n'));
  return prices.split('\n').every((one) => !known.has(one));
}

const limitsLoss = ({ policy }: Account): boolean => policy.maxDailyLossUnits !== undefined || policy.maxDrawdownPpm !== undefined;

const percent = (ppm: number): string => `${formatUnits(BigInt(ppm), 4)}%`;

/** Rounded up: a fall is never shown smaller than it is. */
const fallPpm = (fallUnits: bigint, bestUnits: bigint): number => (fallUnits <= 0n ? 0 : bestUnits <= 0n || fallUnits >= bestUnits ? 1_000_000 : Number((fallUnits * PPM + bestUnits - 1n) / bestUnits));

/** Often enough that a life which ends here leaves nothing of weight behind, seldom enough that the record does not fill with it. */
function isDue(account: Account, now: NonNullable<RiskSeen['mark']>, nowMs: number): boolean {
  if (account.mark === null) return true;
  const stepUnits = larger(1n, now.equityUnits * BigInt(account.policy.maxDrawdownPpm ?? 100_000) / PPM / 100n); // a hundredth of the limit
  if (now.peakUnits - account.peakUnits >= stepUnits) return true;
  return nowMs - account.mark.atMs >= MARK_EVERY_MS && now.gainUnits !== account.mark.gainUnits;
}
