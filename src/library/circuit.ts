/**
 * A circuit breaker of the program's own, around its own calls. What opens and closes it is in the journal, as for the calls of the runtime: an open
 * one is open after a crash, and a person may command it.
 */
import { defaultPolicy, policyOf } from '../core/index.ts';
import type { BreakerPolicy, Circuit } from '../core/index.ts';
import { CircuitOpenError } from '../calls/index.ts';
import { reasonOf } from '../base/index.ts';
import type { Clock } from '../ports/index.ts';
import { CircuitRegistry, DEFAULT_BREAKERS } from '../runtime/index.ts';
import type { CallEnd, Runtime } from '../runtime/index.ts';
import { LibraryError } from './errors.ts';
import type { CallBreakerKind } from './words.ts';

export type CircuitBreakerConfig = {
  readonly failureThreshold?: number; // in a row
  readonly failureRateThreshold?: number; // 0 to 1, of the calls in the window, once there are enough of them
  readonly failureWindowSeconds?: number;
  readonly openTimeoutSeconds?: number; // the first time; twice as long with each that follows soon
  readonly successThreshold?: number; // probes in a row
  readonly slowAfterMs?: number; // of a latency breaker: what counts as slow
};

export type CallBreakerOptions = { readonly name: string; readonly kind: CallBreakerKind; readonly config?: CircuitBreakerConfig };

const namePattern = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const taken: ReadonlySet<string> = new Set(['orders', 'reads', 'prices']);
const kinds: ReadonlySet<string> = new Set<CallBreakerKind>(['connection', 'latency', 'rate-limit']);

/** The rules of a kind. A rate-limit breaker opens with the first answer that says so. */
function policyFor(kind: CallBreakerKind, config: CircuitBreakerConfig): BreakerPolicy {
  const seconds = (value: number | undefined, otherwise: number): number => (value === undefined ? otherwise : Math.round(value * 1_000));
  const openMs = seconds(config.openTimeoutSeconds, defaultPolicy.openMs);
  const common = {
    failuresToOpen: config.failureThreshold ?? (kind === 'rate-limit' ? 1 : defaultPolicy.failuresToOpen),
    failurePercent: config.failureRateThreshold === undefined ? defaultPolicy.failurePercent : Math.round(config.failureRateThreshold * 100),
    windowMs: seconds(config.failureWindowSeconds, defaultPolicy.windowMs), openMs, openMostMs: Math.max(openMs, defaultPolicy.openMostMs),
    successesToClose: config.successThreshold ?? defaultPolicy.successesToClose,
  };
  return policyOf(kind === 'latency' ? { ...common, slowAfterMs: config.slowAfterMs ?? 1_000, slowPercent: common.failurePercent } : common);
}

export class GuardedCalls {
  readonly name: string;
  readonly kind: CallBreakerKind;
  readonly #registry: CircuitRegistry;
  readonly #circuit: string;
  readonly #clock: Clock;
  readonly #nowMs: () => number;

  /** @throws LibraryError for a name or kind that cannot be; BreakerPolicyError for rules that contradict each other */
  constructor(runtime: Runtime, clock: Clock, { name, kind, config = {} }: CallBreakerOptions) {
    if (!namePattern.test(name) || taken.has(name)) throw new LibraryError(`"${name}" is no name for a circuit breaker: letters, digits, "_" and "-", a letter first, at most 64, and none of ${[...taken].join(', ')}. None was made.`);
    if (!kinds.has(kind)) throw new LibraryError(`There is no circuit breaker of the kind "${kind}" here: ${[...kinds].join(', ')}. None was made.`);
    [this.name, this.kind, this.#circuit, this.#clock] = [name, kind, `library/${name}`, clock];
    this.#nowMs = () => runtime.time.nowMs();
    this.#registry = new CircuitRegistry({ turns: runtime.turns, time: runtime.time, clock, settings: { ...DEFAULT_BREAKERS, named: { [this.#circuit]: policyFor(kind, config) } }, names: [this.#circuit], onTryOut: () => undefined });
  }

  /** As it stands: `phase` is closed, open or half-open, `opening` says why. */
  get circuit(): Circuit {
    const [view] = this.#registry.view(this.#nowMs()).filter(({ name }) => name === this.#circuit);
    if (view === undefined) throw new LibraryError(`The circuit ${this.#circuit} is not there.`);
    return view.circuit;
  }

  /** Does the work, unless the circuit is open. @throws CircuitOpenError at once where it is: nothing was begun */
  async call<T>(work: () => Promise<T>): Promise<T> {
    const permit = this.#registry.ask(this.#circuit, this.#nowMs());
    if (permit.kind === 'refused') throw CircuitOpenError.of(this.name, permit.why, permit.retryAfterMs);
    const beganMs = this.#clock.monotonicMs();
    const tookMs = (): number => this.#clock.monotonicMs() - beganMs;
    try {
      const value = await work();
      permit.settle('success', tookMs());
      return value;
    } catch (thrown) {
      permit.settle(this.#judge(thrown), tookMs(), reasonOf(thrown));
      throw thrown;
    }
  }

  #judge(thrown: unknown): CallEnd {
    return this.kind !== 'rate-limit' || saysTooMuch(thrown) ? 'failure' : 'ignored';
  }
}

/** An error that says that too much was asked: with the status 429, or a time after which to come again. */
function saysTooMuch(thrown: unknown): boolean {
  if (typeof thrown !== 'object' || thrown === null) return false;
  return ('status' in thrown && thrown.status === 429) || ('retryAfterMs' in thrown && typeof thrown.retryAfterMs === 'number');
}
