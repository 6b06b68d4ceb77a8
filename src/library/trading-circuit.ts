/**
 * A circuit breaker that stops new risk: fed with results of trades, or tripped. It is the circuit of the runtime of that kind and scope, so every order
 * is judged by it, whoever asks for the order, and it is still open after a crash.
 *
 * What was recorded since it last opened is a sample: it is counted here and forgotten with the process.
 */
import { circuitOf } from '../core/index.ts';
import type { Circuit } from '../core/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { CircuitBreakerConfig } from './circuit.ts';
import type { TradingBreakerKind } from './words.ts';

const FAILURES = 3;
const RATE = 0.8;
const LEAST = 5; // results, before a share of them says anything
const KEPT = 100;
const OPEN_SECONDS = 300;

export class TradingCircuit {
  readonly name: string;
  readonly kind: TradingBreakerKind;
  readonly #runtime: Runtime;
  readonly #config: CircuitBreakerConfig;
  readonly #circuit: string;
  #results: boolean[] = [];

  constructor(runtime: Runtime, { name, kind, scope = 'default', config = {} }: { readonly name: string; readonly kind: TradingBreakerKind; readonly scope?: string; readonly config?: CircuitBreakerConfig }) {
    [this.name, this.kind, this.#runtime, this.#config, this.#circuit] = [name, kind, runtime, config, `${kind}/${scope}`];
  }

  /** As it stands: `phase` is closed or open, `opening` says why. */
  get circuit(): Circuit {
    return circuitOf(this.#runtime.world.breakers, this.#circuit);
  }

  /** How something went. Opens it after so many bad results in a row, or where too large a share of them was bad; answers once that is durable. */
  async record(result: 'good' | 'bad'): Promise<void> {
    this.#results = [...this.#results, result === 'good'].slice(-KEPT);
    const { failureThreshold = FAILURES, failureRateThreshold = RATE, openTimeoutSeconds = OPEN_SECONDS } = this.#config;
    const bad = this.#results.filter((good) => !good).length;
    const inARow = this.#results.length - 1 - this.#results.lastIndexOf(true);
    const isRate = this.#results.length >= LEAST && bad >= failureRateThreshold * this.#results.length;
    if (result === 'good' || (inARow < failureThreshold && !isRate)) return;
    const evidence = { inARow, bad, results: this.#results.length };
    this.#results = [];
    await this.trip({ reason: `${this.name}: ${inARow} bad results in a row, ${bad} of the last ${evidence.results}`, evidence, forMs: openTimeoutSeconds * 1_000 });
  }

  /** Stops new risk at once; answers once that is durable. @param forMs without it, until a person resets it */
  async trip({ reason, evidence = {}, forMs }: { readonly reason: string; readonly evidence?: Readonly<Record<string, string | number>>; readonly forMs?: number }): Promise<void> {
    const until = forMs === undefined ? {} : { untilMs: this.#runtime.time.nowMs() + forMs };
    await this.#runtime.submit({ kind: 'trip-breaker', breaker: this.#circuit, reason, evidence, ...until, by: `library:${this.name}` }, { actor: 'library', correlationId: this.#circuit });
  }

  async reset({ by, reason }: { readonly by: string; readonly reason: string }): Promise<void> {
    await this.#runtime.submit({ kind: 'reset-breaker', breaker: this.#circuit, by, reason }, { actor: `library:${by}`, correlationId: this.#circuit });
  }
}
