/** Three circuit breakers behind one face, each set up as its own documents say for the same rule. */
import * as cockatiel from 'cockatiel';
import Opossum from 'opossum';
import type { VirtualClock } from '../../src/sim/clock.ts';
import { circuitBreaker } from '../../src/resilience.ts';

export type State = 'closed' | 'open' | 'half-open';
export type Work = () => Promise<unknown>;

/** An error that says nothing about the other side, and which each is told not to handle. */
export class Unrelated extends Error {}

export type Subject = {
  call(work: Work, signal?: AbortSignal): Promise<unknown>;
  state(): State;
  end(): void;
};

/** `defaults`: nothing set but a window of a minute. Else: half of at least so many calls in a minute; open for a minute; so many good probes close it. */
export type Setup = 'defaults' | { readonly least: number; readonly probes?: number };

export type Contender = {
  readonly name: string;
  make(clock: VirtualClock, setup: Setup): Subject;
  /** Holds a circuit open by hand, saves it, restores it in another one, and lets go. What state it is in then. */
  heldAndReleased(clock: VirtualClock): Promise<State>;
};

const WINDOW_MS = 60_000;
const OPEN_MS = 60_000;

const ours: Contender = {
  name: 'Breakwater',
  make(clock, setup) {
    const policy = setup === 'defaults' ? {} : { failuresToOpen: Infinity, leastCalls: setup.least, successesToClose: setup.probes ?? 1 };
    const breaker = circuitBreaker({ name: 'traced', clock, policy: { ...policy, jitterPercent: 0 }, judge: (thrown) => (thrown instanceof Unrelated ? 'neutral' : 'failure') });
    return { call: (work, signal) => breaker.call(work, signal === undefined ? undefined : { signal }), state: () => breaker.circuit.phase, end: () => {} };
  },
  async heldAndReleased(clock) {
    const held = circuitBreaker({ name: 'traced', clock });
    await held.command({ hold: 'open', until: 'manual', by: 'somebody', reason: 'a trace' });
    const restored = circuitBreaker({ name: 'traced', clock, circuit: held.circuit });
    await restored.reset('somebody');
    return restored.circuit.command === undefined ? restored.circuit.phase : 'open';
  },
};

const theirStates: Readonly<Record<cockatiel.CircuitState, State>> = {
  [cockatiel.CircuitState.Closed]: 'closed', [cockatiel.CircuitState.Open]: 'open', [cockatiel.CircuitState.HalfOpen]: 'half-open', [cockatiel.CircuitState.Isolated]: 'open',
};

const cockatiels: Contender = {
  name: 'cockatiel',
  make(_clock, setup) {
    const sampling = { threshold: 0.5, duration: WINDOW_MS };
    const policy = cockatiel.circuitBreaker(cockatiel.handleWhen((thrown) => !(thrown instanceof Unrelated)), {
      halfOpenAfter: OPEN_MS,
      breaker: new cockatiel.SamplingBreaker(setup === 'defaults' ? sampling : { ...sampling, minimumRps: (setup.least * 1_000) / WINDOW_MS }),
      ...(setup === 'defaults' || setup.probes === undefined ? {} : { halfOpenSampling: { calls: setup.probes, threshold: 0 } }),
    });
    return { call: (work, signal) => policy.execute(work, signal), state: () => theirStates[policy.state], end: () => {} };
  },
  heldAndReleased() {
    const make = (initialState?: unknown) => cockatiel.circuitBreaker(cockatiel.handleAll, { halfOpenAfter: OPEN_MS, breaker: new cockatiel.ConsecutiveBreaker(5), initialState });
    const held = make();
    held.isolate();
    const restored = make(JSON.parse(JSON.stringify(held.toJSON())));
    restored.isolate().dispose();
    return Promise.resolve(theirStates[restored.state]);
  },
};

const opossums: Contender = {
  name: 'opossum',
  make(_clock, setup) {
    const breaker = new Opossum((work: Work) => work(), {
      errorThresholdPercentage: 50, rollingCountTimeout: WINDOW_MS, resetTimeout: OPEN_MS, timeout: false, errorFilter: (thrown: unknown) => thrown instanceof Unrelated,
      ...(setup === 'defaults' ? {} : { volumeThreshold: setup.least }),
    });
    const state = (): State => (breaker.halfOpen ? 'half-open' : breaker.opened ? 'open' : 'closed');
    return { call: (work) => breaker.fire(work), state, end: () => breaker.shutdown() };
  },
  heldAndReleased() {
    const held = new Opossum((work: Work) => work(), { resetTimeout: OPEN_MS });
    held.open();
    const options = { resetTimeout: OPEN_MS, state: held.toJSON().state }; // its types do not name `state`
    const restored = new Opossum((work: Work) => work(), options);
    restored.close();
    const state: State = restored.opened ? 'open' : 'closed';
    held.shutdown();
    restored.shutdown();
    return Promise.resolve(state);
  },
};

export const contenders: readonly Contender[] = [ours, cockatiels, opossums];
