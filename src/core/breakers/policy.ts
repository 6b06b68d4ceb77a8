/** When a circuit opens, for how long, and what closes it again. Percentages are whole numbers; every duration is in ms of the monotonic clock. */
import { BreakwaterError } from '../../base/index.ts';

export type BreakerPolicy = {
  readonly failuresToOpen: number; // in a row; Infinity: this rule is off
  readonly failurePercent: number; // of the calls in the window; above 100: this rule is off
  readonly slowPercent: number; // of the calls in the window that took longer than `slowAfterMs`; above 100: this rule is off
  readonly slowAfterMs: number;
  readonly leastCalls: number; // below so many calls in the window a percentage says nothing
  readonly windowMs: number;
  readonly openMs: number; // the first time; twice as long with each time that follows soon
  readonly openMostMs: number;
  readonly jitterPercent: number; // by how much an open time may be longer or shorter, so that a fleet does not come back at once
  readonly successesToClose: number; // probes in a row
  readonly probeTimeoutMs: number; // a probe that has no outcome by then has failed
  readonly rampMs: number; // after closing, a growing share of the calls is let through for so long
};

export const defaultPolicy: BreakerPolicy = {
  failuresToOpen: 5, failurePercent: 50, slowPercent: 101, slowAfterMs: 5_000, leastCalls: 10, windowMs: 60_000,
  openMs: 60_000, openMostMs: 900_000, jitterPercent: 10, successesToClose: 3, probeTimeoutMs: 10_000, rampMs: 30_000,
};

/** Whether a rule looks at the calls of the window, so that they are to be counted. */
export const countsWindow = ({ failurePercent, slowPercent }: BreakerPolicy): boolean => failurePercent <= 100 || slowPercent <= 100;

/** Rules that contradict each other or can never apply. Nothing was guarded by them. */
export class BreakerPolicyError extends BreakwaterError {
  readonly code = 'BW-3201';
  readonly retryable = false;
  constructor(what: string) {
    super(`This circuit breaker cannot work: ${what}`);
  }
}

/** The policy made of these words and the defaults. @throws BreakerPolicyError where they contradict each other */
export function policyOf(words: Partial<BreakerPolicy> = {}): BreakerPolicy {
  const policy = { ...defaultPolicy, ...words };
  const refuse = (what: string): never => { throw new BreakerPolicyError(what); };
  const whole = (name: keyof BreakerPolicy, least: number): void => {
    if (!(policy[name] === Infinity && name === 'failuresToOpen') && !(Number.isSafeInteger(policy[name]) && policy[name] >= least)) refuse(`${name} is ${policy[name]}; give a whole number of ${least} or more.`);
  };
  for (const name of ['failuresToOpen', 'leastCalls', 'openMs', 'openMostMs', 'successesToClose', 'probeTimeoutMs', 'slowAfterMs', 'failurePercent', 'slowPercent'] as const) whole(name, 1);
  for (const name of ['jitterPercent', 'rampMs'] as const) whole(name, 0);
  whole('windowMs', 1_000);
  if (policy.openMostMs < policy.openMs) refuse(`openMostMs (${policy.openMostMs}) is shorter than openMs (${policy.openMs}).`);
  if (policy.jitterPercent > 50) refuse(`jitterPercent is ${policy.jitterPercent}; more than 50 would make the open time a matter of luck.`);
  if (policy.failuresToOpen === Infinity && policy.failurePercent > 100 && policy.slowPercent > 100) refuse('no rule can ever open it. Give failuresToOpen, failurePercent or slowPercent.');
  return policy;
}
