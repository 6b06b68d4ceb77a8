/**
 * Which of two configurations allows less, limit by limit.
 *
 *   H1. Whatever passes under `tightest(a, b)` passes under `a`; and under `b` too, but for limits that cannot be compared with the ones before.
 *   H2. What is tighter one way round is looser the other way round; what is neither is neither both ways.
 *   H3. A limit that is missing blocks, so nothing is tighter; one that is waived in so many words is the loosest there is.
 *
 * Limits of two numbers are compared number by number: of "20 in 10s" and "5 in 1s" the tightest is "5 in 10s", which is within both.
 * What cannot be compared at all, such as an amount in another currency, is treated as looser: it waits for a person.
 */
import { formatUnits, tryParseUnits } from '../../base/index.ts';
import type { LimitTexts } from './texts.ts';

export type Direction = 'same' | 'tighter' | 'looser' | 'other';
export type LimitChange = { readonly limit: string; readonly from: string; readonly to: string; readonly direction: Exclude<Direction, 'same'> };

const WAIVED = 'none';
const APART = Symbol('not to be compared');
const EVERY = 'default';

/** How one kind of limit is read, compared and told. `least`: what is within both. */
type Kind<V> = {
  least(a: V, b: V): V | typeof APART;
  isSame(a: V, b: V): boolean;
  tell(value: V): string;
  readonly absent?: 'free' | 'nothing'; // what it means that it is not there; it blocks, unless this says otherwise
};
/** One limit, where the two configurations have it. */
type Slot = { readonly limit: string; readonly path: readonly string[]; readonly kind: Kind<unknown>; readonly from: unknown; readonly to: unknown };

const SCALE = 18;
const decimal = (text: string): bigint | undefined => tryParseUnits(text, SCALE);
type Money = { readonly text: string; readonly asset: string };
type Rate = { readonly most: number; readonly withinMs: number };
type Drift = { readonly ppm: number; readonly withinMs: number };

const byKey = (value: unknown): string => JSON.stringify(value);
const isSame = (a: unknown, b: unknown): boolean => byKey(a) === byKey(b);
const number = (tell: (value: number) => string, least: (a: number, b: number) => number): Kind<number> => ({ least, isSame: (a, b) => a === b, tell });
const ppm = (value: number): string => `${formatUnits(BigInt(value), 4)}%`;
const ms = (value: number): string => (value % 1_000 === 0 ? `${value / 1_000}s` : `${value}ms`);

const amount: Kind<string> = { least: (a, b) => ((decimal(a) ?? -1n) <= (decimal(b) ?? -1n) ? a : b), isSame: (a, b) => decimal(a) === decimal(b), tell: (text) => text };
const money: Kind<Money> = {
  least: (a, b) => (a.asset !== b.asset ? APART : amount.least(a.text, b.text) === a.text ? a : b),
  isSame: (a, b) => a.asset === b.asset && decimal(a.text) === decimal(b.text), tell: ({ text, asset }) => `${text} ${asset}`,
};
const shorter = number(ms, Math.min);
const longer = number(ms, Math.max);
const narrower = number(ppm, Math.min);
const rate: Kind<Rate> = { least: (a, b) => ({ most: Math.min(a.most, b.most), withinMs: Math.max(a.withinMs, b.withinMs) }), isSame, tell: ({ most, withinMs }) => `${most} in ${ms(withinMs)}` };
// Another window looks at another price, which may lie anywhere.
const drift: Kind<Drift> = { least: (a, b) => (a.withinMs !== b.withinMs ? APART : a.ppm <= b.ppm ? a : b), isSame, tell: (value) => `${ppm(value.ppm)} in ${ms(value.withinMs)}` };
const word: Kind<string> = { least: (a, b) => (a === b ? a : APART), isSame: (a, b) => a === b, tell: (text) => text };
const set = (least: (a: readonly string[], b: readonly string[]) => readonly string[], absent?: 'nothing'): Kind<readonly string[]> => ({
  least: (a, b) => [...least(a, b)].sort(), isSame: (a, b) => isSame([...a].sort(), [...b].sort()), tell: (names) => names.join(', ') || 'nothing', ...(absent === undefined ? {} : { absent }),
});
const both = (a: readonly string[], b: readonly string[]): readonly string[] => a.filter((name) => b.includes(name));
const either = (a: readonly string[], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])];
const sides = set(both);
const forbidden = set(either);
/** "all" is every control. */
const observed = set((a, b) => (a.includes('all') ? b : b.includes('all') ? a : both(a, b)), 'nothing');
const free = <V>(kind: Kind<V>): Kind<V> => ({ ...kind, absent: 'free' });

/** Every key of the configuration's limits, and how it is compared; the compiler misses one that is forgotten. */
const kinds: Readonly<Record<Exclude<keyof LimitTexts, 'none'>, Kind<unknown>>> = {
  maxOrderValue: money, maxPosition: amount, priceCollarPpm: narrower, maxShort: amount, maxOrderQuantity: amount, maxSpreadPpm: narrower, priceDrift: drift,
  maxNetValue: money, maxGrossValue: money, priceMaxAgeMs: shorter, booksMaxAgeMs: free(shorter), rateMaxAgeMs: shorter, buyingPower: word, selfMatch: word,
  messageRate: rate, repeats: rate, duplicateWithinMs: longer, permissions: sides, restricted: forbidden, observe: observed, maxDailyLoss: money, maxDrawdownPpm: free(narrower),
};
type Key = keyof typeof kinds;
const perInstrument: ReadonlySet<Key> = new Set(['maxOrderValue', 'maxPosition', 'priceCollarPpm', 'maxShort', 'maxOrderQuantity', 'maxSpreadPpm', 'priceDrift']);
/** As the configuration calls them. */
const shownAs: Partial<Record<Key, string>> = {
  priceCollarPpm: 'priceCollar', maxSpreadPpm: 'maxSpread', priceMaxAgeMs: 'priceMaxAge', booksMaxAgeMs: 'reconciliation.maxAge', rateMaxAgeMs: 'rateMaxAge', duplicateWithinMs: 'duplicateWithin',
  maxDailyLoss: 'risk.maxDailyLoss', maxDrawdownPpm: 'risk.maxDrawdown',
};
const nameOf = (key: Key): string => shownAs[key] ?? key;

/** What is within both. Of limits that cannot be compared, the one of `before` stays. */
export const tightest = (before: LimitTexts, after: LimitTexts): LimitTexts => combined(before, after, leastOf);

/** The same, but what is missing in `after` is not forgotten: it may come back as it was. */
export const ceilingOf = (before: LimitTexts, after: LimitTexts): LimitTexts => combined(before, after, (slot) => (slot.to === undefined && slot.kind.absent !== 'free' ? slot.from : leastOf(slot)));

/** `after`, and of what is missing in it what `before` had. */
export const withMissing = (before: LimitTexts, after: LimitTexts): LimitTexts => combined(before, after, ({ kind, from, to }) => (to === undefined && kind.absent !== 'free' ? from : to));

function combined(before: LimitTexts, after: LimitTexts, choose: (slot: Slot) => unknown): LimitTexts {
  const texts: Record<string, unknown> = { maxOrderValue: {}, maxPosition: {}, priceCollarPpm: {} };
  const none: string[] = [];
  for (const slot of slotsOf(before, after)) {
    const value = choose(slot);
    const [key = ''] = slot.path;
    if (value === WAIVED && key !== 'priceDrift') none.push(nameOf(key as Key));
    else if (value !== undefined) put(texts, slot.path, value === WAIVED ? { ppm: 0, withinMs: 0 } : value);
  }
  return { ...texts, ...(none.length === 0 ? {} : { none: [...new Set(none)].sort() }) } as unknown as LimitTexts;
}

/** Every limit that is another in `after`. */
export function changesBetween(before: LimitTexts, after: LimitTexts): readonly LimitChange[] {
  return slotsOf(before, after).flatMap((slot) => {
    const direction = directionOf(slot);
    return direction === 'same' ? [] : [{ limit: slot.limit, from: told(slot, slot.from), to: told(slot, slot.to), direction }];
  });
}

function leastOf({ kind, from, to }: Slot): unknown {
  const least = lower(kind, from, to);
  return least === APART ? from : least;
}

function directionOf({ kind, from, to }: Slot): Direction {
  if (isEqual(kind, from, to)) return 'same';
  const least = lower(kind, from, to);
  if (least === APART) return 'other';
  return isEqual(kind, least, to) ? 'tighter' : isEqual(kind, least, from) ? 'looser' : 'other';
}

function lower(kind: Kind<unknown>, a: unknown, b: unknown): unknown {
  if (a === undefined || b === undefined) return kind.absent === 'free' ? a ?? b : undefined; // H3
  return a === WAIVED ? b : b === WAIVED ? a : kind.least(a, b);
}

const isEqual = (kind: Kind<unknown>, a: unknown, b: unknown): boolean => (a === undefined || b === undefined || a === WAIVED || b === WAIVED ? a === b : kind.isSame(a, b));
const told = ({ kind }: Slot, value: unknown): string => (value === undefined ? (kind.absent === 'free' ? 'no limit' : 'missing: blocks') : value === WAIVED ? 'no limit' : kind.tell(value));

function put(into: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) into[first] = value;
  else put((into[first] ??= {}) as Record<string, unknown>, rest, value);
}

/** Every place where one of the two has a limit, with what holds there in each: a name that is not there has what "default" has. */
function slotsOf(before: LimitTexts, after: LimitTexts): readonly Slot[] {
  return (Object.keys(kinds) as Key[]).flatMap((key): Slot[] => {
    const kind = kinds[key];
    const slot = (path: readonly string[], from: unknown, to: unknown): Slot => ({ limit: [nameOf(key), ...path].join(' '), path: [key, ...path], kind, from, to });
    const [from, to] = [valueOf(before, key), valueOf(after, key)];
    if (key === 'permissions') return permissionSlots(slot, from as Permissions, to as Permissions);
    if (key === 'messageRate') return ['strategy', 'venue', 'system'].map((scope) => slot([scope], from === WAIVED ? WAIVED : own(from, scope), to === WAIVED ? WAIVED : own(to, scope)));
    if (!perInstrument.has(key)) return from === undefined && to === undefined ? [] : [slot([], from, to)];
    const symbols = new Set([...namesIn(from, to), ...(from === WAIVED || to === WAIVED ? [EVERY] : [])]);
    return [...symbols].map((symbol) => slot([symbol], instrumentAt(from, symbol), instrumentAt(to, symbol)));
  });
}

function valueOf(texts: LimitTexts, key: Key): unknown {
  if (texts.none?.includes(nameOf(key)) === true) return WAIVED;
  const value: unknown = texts[key];
  const { absent } = kinds[key];
  if (key === 'observe' && texts.observe?.includes('all') === true) return ['all'];
  return value === undefined && absent === 'nothing' ? [] : value;
}

const own = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined);
const namesIn = (...all: readonly unknown[]): readonly string[] => [...new Set(all.flatMap((value) => (typeof value === 'object' && value !== null ? Object.keys(value) : [])))].sort();

function instrumentAt(value: unknown, symbol: string): unknown {
  if (value === WAIVED) return WAIVED;
  const found = own(value, symbol) ?? own(value, EVERY);
  return typeof found === 'object' && found !== null && 'withinMs' in found && found.withinMs === 0 ? WAIVED : found;
}

type Permissions = LimitTexts['permissions'] | typeof WAIVED;

/** A principal that is named has its own instruments alone; whoever is not named has those of "default". */
function permissionSlots(slot: (path: readonly string[], from: unknown, to: unknown) => Slot, from: Permissions, to: Permissions): Slot[] {
  if (from === undefined && to === undefined) return [];
  const principals = new Set([...namesIn(from, to), EVERY]);
  const symbols = [...new Set([...[from, to].flatMap((one) => (one === undefined || one === WAIVED ? [] : Object.values(one).flatMap((ways) => Object.keys(ways)))), EVERY])].sort();
  const way = (permissions: Permissions, principal: string, symbol: string): unknown => {
    if (permissions === WAIVED) return WAIVED;
    const granted = own(permissions, principal) ?? own(permissions, EVERY);
    if (granted === undefined) return permissions === undefined ? undefined : []; // whoever is not named may do nothing, and that is no limit that is missing
    return own(granted, symbol) ?? own(granted, EVERY) ?? [];
  };
  return [...principals].flatMap((principal) => symbols.map((symbol) => slot([principal, symbol], way(from, principal, symbol), way(to, principal, symbol))));
}
