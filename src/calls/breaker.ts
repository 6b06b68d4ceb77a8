/**
 * A circuit breaker around calls: asks the machine before, and tells it how the call went.
 *
 *   B1. Who is refused is told so at once; nobody waits for a probe of somebody else.
 *   B2. What is a failure is decided by `judge`. By default a caller that gave up says nothing about the other side.
 *   B3. A trip holds from the moment it is asked for, and is answered when `remember` has it.
 */
import { BreakerMachine, policyOf, REFUSED_PROBING, REFUSED_RAMP } from '../core/breakers/index.ts';
import type { BreakerPolicy, CallOutcome, Circuit, CircuitEvent, Command, Counts, Trip } from '../core/breakers/index.ts';
import { reasonOf } from '../base/index.ts';
import { AbortedError, CircuitOpenError } from './errors.ts';
import { calling } from './guard.ts';
import type { CallOptions, Guard, Timed, Work } from './guard.ts';
import { Scope } from './scope.ts';

export type BreakerOptions = {
  readonly name: string;
  readonly policy?: Partial<BreakerPolicy>;
  /** What an error says about the other side. Default: a failure, except where the caller gave up. */
  readonly judge?: (thrown: unknown) => CallOutcome;
  readonly onEvent?: (event: CircuitEvent, circuit: Circuit) => void;
  /** Where facts are kept, so that an open circuit survives the process. Resolves when it is durable. */
  readonly remember?: (event: CircuitEvent, circuit: Circuit) => Promise<void>;
  /** As it was when the last process ended. */
  readonly circuit?: Circuit;
};

export type BreakerMetrics = { readonly succeeded: number; readonly failed: number; readonly neutral: number; readonly refused: number; readonly late: number; readonly window: Counts };

export class Breaker implements Guard {
  readonly needs = 'once';
  readonly name: string;
  readonly #clock: Timed;
  readonly #machine: BreakerMachine;
  readonly #judge: (thrown: unknown) => CallOutcome;
  readonly #remember: BreakerOptions['remember'];
  #remembered: Promise<void> = Promise.resolve();
  #succeeded = 0;
  #failed = 0;
  #neutral = 0;
  #refused = 0;
  #lastRefusal: { readonly circuit: Circuit; readonly ticket: number; readonly error: CircuitOpenError } | undefined;

  constructor(clock: Timed, options: BreakerOptions) {
    this.name = options.name;
    this.#clock = clock;
    this.#judge = options.judge ?? plainJudge;
    this.#remember = options.remember;
    const { onEvent } = options;
    this.#machine = new BreakerMachine(options.name, policyOf(options.policy), (event, circuit) => {
      const kept = this.#remember?.(event, circuit);
      if (kept !== undefined) {
        this.#remembered = kept;
        kept.catch(() => undefined); // whoever trips it is told
      }
      onEvent?.(event, circuit);
    }, options.circuit);
  }

  call<T>(work: Work<T>, options?: CallOptions<T>): Promise<T> {
    return options === undefined ? this.within(work, new Scope(Infinity)) : calling(this, work, options);
  }

  within<T>(work: Work<T>, scope: Scope): Promise<T> {
    const beganMs = this.#machine.needsBegin ? this.#clock.monotonicMs() : UNREAD;
    const ticket = this.#machine.ask(beganMs);
    if (ticket <= 0) return Promise.reject(this.#refusal(ticket, beganMs)); // a circuit that refuses is not quiet: the time is known
    return this.#admitted(work, scope, ticket, beganMs);
  }

  async #admitted<T>(work: Work<T>, scope: Scope, ticket: number, beganMs: number): Promise<T> {
    let value: T;
    try {
      value = await work(scope);
    } catch (thrown) {
      this.#judged(ticket, beganMs, thrown);
      throw thrown;
    }
    this.#succeeded += 1;
    const nowMs = this.#machine.needsEnd ? this.#clock.monotonicMs() : 0;
    this.#machine.settle(ticket, 'success', beganMs === UNREAD ? 0 : nowMs - beganMs, nowMs);
    return value;
  }

  #judged(ticket: number, beganMs: number, thrown: unknown): void {
    const nowMs = this.#clock.monotonicMs();
    const outcome = this.#judge(thrown); // B2
    if (outcome === 'neutral') this.#neutral += 1;
    else if (outcome === 'failure') this.#failed += 1;
    else this.#succeeded += 1;
    this.#machine.settle(ticket, outcome, beganMs === UNREAD ? 0 : nowMs - beganMs, nowMs, outcome === 'failure' ? reasonOf(thrown) : undefined);
  }

  /** Opens it for a reason from elsewhere. Nothing passes from now on; resolves when that is remembered. */
  trip(trip: Trip): Promise<void> {
    this.#machine.trip(trip, this.#clock.monotonicMs());
    return this.#remembered; // B3
  }

  /** Holds it open, closed, or counting only, until its end. */
  command(command: Command): Promise<void> {
    this.#machine.command(command);
    return this.#remembered;
  }

  /** Ends a command; where there is none, closes it. */
  reset(by: string): Promise<void> {
    this.#machine.reset(by, this.#clock.monotonicMs());
    return this.#remembered;
  }

  /** As it stands now; with `opening`, why it is or was open. */
  get circuit(): Circuit {
    this.#machine.pass(this.#clock.monotonicMs());
    return this.#machine.circuit;
  }

  get metrics(): BreakerMetrics {
    const { late } = this.#machine.tally;
    return { succeeded: this.#succeeded, failed: this.#failed, neutral: this.#neutral, refused: this.#refused, late, window: this.#machine.tally.counts(this.#clock.monotonicMs()) };
  }

  /** Of a storm of refusals, those that would say the same are the same. */
  #refusal(ticket: number, nowMs: number): CircuitOpenError {
    this.#refused += 1;
    const { circuit } = this.#machine;
    const retryAfterMs = this.#machine.retryAfterMs(nowMs);
    const waitMs = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs);
    const last = this.#lastRefusal;
    if (last !== undefined && last.circuit === circuit && last.ticket === ticket && last.error.retryAfterMs === waitMs) return last.error;
    const error = CircuitOpenError.of(this.name, whyNot(circuit, ticket), waitMs);
    this.#lastRefusal = { circuit, ticket, error };
    return error;
  }
}

const UNREAD = -1; // a time nobody needs

const plainJudge = (thrown: unknown): CallOutcome => (thrown instanceof AbortedError ? 'neutral' : 'failure');

function whyNot({ command, opening }: Circuit, ticket: number): string {
  if (command?.hold === 'open') return `is held open by ${command.by} (${command.reason})`;
  if (ticket === REFUSED_PROBING) return 'is being tried out by another call';
  if (ticket === REFUSED_RAMP) return 'has just closed and lets traffic in by and by';
  return `is open (${opening?.rule === 'tripped' ? opening.reason : opening?.rule})`;
}
