/**
 * Answers that say by their type what they are worth. A stale or degraded one cannot be given where a fresh or genuine one is demanded,
 * and none can be made up: a plain object of the same shape is not one of them.
 */

/** As new as was asked for when it was answered. Whoever keeps it past `untilMs` asks again. */
export class Fresh<out T> {
  declare protected readonly brand: 'fresh'; // for the types alone: there is no such field
  readonly kind = 'fresh';
  readonly value: T;
  readonly source: 'load' | 'cache';
  readonly ageMs: number; // since its load began
  readonly untilMs: number; // of the monotonic clock

  constructor(value: T, source: 'load' | 'cache', ageMs: number, untilMs: number) {
    this.value = value;
    this.source = source;
    this.ageMs = ageMs;
    this.untilMs = untilMs;
  }
}

/** Older than was asked for: `revalidating` while a newer one is on its way, `load-failed` where there was none to be had. */
export class Stale<out T> {
  declare protected readonly brand: 'stale';
  readonly kind = 'stale';
  readonly value: T;
  readonly source = 'cache';
  readonly ageMs: number;
  readonly why: 'revalidating' | 'load-failed';
  readonly cause: unknown; // of a load that failed

  constructor(value: T, ageMs: number, why: Stale<T>['why'], cause?: unknown) {
    this.value = value;
    this.ageMs = ageMs;
    this.why = why;
    this.cause = cause;
  }
}

/** What was asked for. */
export class Genuine<out T> {
  declare protected readonly brand: 'genuine';
  readonly kind = 'genuine';
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }
}

/** Something else instead, as what was asked for was not to be had. */
export class Degraded<out T> {
  declare protected readonly brand: 'degraded';
  readonly kind = 'degraded';
  readonly value: T;
  readonly cause: unknown;

  constructor(value: T, cause: unknown) {
    this.value = value;
    this.cause = cause;
  }
}
