/** The circuit breakers of a configuration: their form, their defaults, and what may not stand together. */
import { z } from 'zod';
import { parseDuration } from './values.ts';
import type { Duration, Share } from './values.ts';

type Forms = { readonly duration: (example?: string) => z.ZodType<Duration, string>; readonly share: () => z.ZodType<Share, string> };
type Texts = { readonly slow: string; readonly open: string; readonly openMost: string; readonly successes: number; readonly ramp: string };

export type BreakerRules = {
  readonly connection: { readonly failures: number; readonly percent: Share };
  readonly latency: { readonly slow: Duration; readonly percent: Share };
  readonly leastCalls: number;
  readonly window: Duration;
  readonly open: Duration;
  readonly openMost: Duration;
  readonly jitter: Share;
  readonly successes: number;
  readonly probeTimeout: Duration;
  readonly ramp: Duration; // 0 ms: at once
};
export type BreakersConfig = {
  readonly orders: BreakerRules;
  readonly reads: BreakerRules;
  readonly prices: BreakerRules;
  readonly rateLimit: { readonly open: Duration };
  readonly named: Readonly<Record<string, NamedRules>>;
};
type NamedRules = { readonly [K in keyof BreakerRules]?: (K extends 'connection' | 'latency' ? { readonly [L in keyof BreakerRules[K]]?: BreakerRules[K][L] | undefined } : BreakerRules[K]) | undefined };

export const guardedParts = ['orders', 'reads', 'prices'] as const;
const orders: Texts = { slow: '3s', open: '60s', openMost: '15m', successes: 3, ramp: '10s' };
const reading: Texts = { slow: '3s', open: '2s', openMost: '15s', successes: 1, ramp: '0s' };

const says = {
  connection: 'Calls without an answer.', failures: 'So many failures in a row open it. 0: not judged.', failurePercent: 'This share of the calls in the window, failed, opens it. 0%: not judged.',
  latency: 'Answers that come late.', slow: 'A call that takes longer counts as slow.', slowPercent: 'This share of the calls in the window, slow, opens it. 0%: not judged.',
  leastCalls: 'With fewer calls in the window no share is judged.', window: 'How far back calls are counted.',
  open: 'For how long it is open the first time; twice as long with each time that follows soon.', openMost: 'For how long at most.', jitter: 'By how much an open time may be longer or shorter.',
  successes: 'So many calls in a row that try it out must succeed before it closes.', probeTimeout: 'A call that tries it out and has no outcome by then has failed.',
  ramp: 'After closing, a growing share of the calls is let through for so long. `"0s"`: all at once.',
};

const NO_TIME: Duration = { ms: 0 };
const rampTime = () => z.string().meta({ examples: ['10s'] }).transform((text, context): Duration => {
  const parsed = text === '0s' ? { value: NO_TIME } : parseDuration(text);
  if ('value' in parsed) return parsed.value;
  context.issues.push({ code: 'custom', message: parsed.wrong, input: text });
  return z.NEVER;
});

export function breakersSchema({ duration, share }: Forms) {
  const count = (least: number) => z.int('is not a whole number').min(least, `is less than ${least}`);
  const percent = () => share().refine(({ ppm }) => ppm % 10_000 === 0, 'is not a whole percentage');
  const rules = (of: Texts) => z.strictObject({
    connection: z.strictObject({ failures: count(0).default(5).describe(says.failures), percent: percent().prefault('50%').describe(says.failurePercent) }).prefault({}).describe(says.connection),
    latency: z.strictObject({ slow: duration(of.slow).prefault(of.slow).describe(says.slow), percent: percent().prefault('80%').describe(says.slowPercent) }).prefault({}).describe(says.latency),
    leastCalls: count(1).default(10).describe(says.leastCalls),
    window: duration('60s').prefault('60s').describe(says.window),
    open: duration(of.open).prefault(of.open).describe(says.open),
    openMost: duration(of.openMost).prefault(of.openMost).describe(says.openMost),
    jitter: percent().prefault('10%').describe(says.jitter),
    successes: count(1).default(of.successes).describe(says.successes),
    probeTimeout: duration('10s').prefault('10s').describe(says.probeTimeout),
    ramp: rampTime().prefault(of.ramp).describe(says.ramp),
  });
  const some = z.strictObject({
    connection: z.strictObject({ failures: count(0).optional().describe(says.failures), percent: percent().optional().describe(says.failurePercent) }).optional().describe(says.connection),
    latency: z.strictObject({ slow: duration('3s').optional().describe(says.slow), percent: percent().optional().describe(says.slowPercent) }).optional().describe(says.latency),
    leastCalls: count(1).optional().describe(says.leastCalls), window: duration('60s').optional().describe(says.window), open: duration('60s').optional().describe(says.open),
    openMost: duration('15m').optional().describe(says.openMost), jitter: percent().optional().describe(says.jitter), successes: count(1).optional().describe(says.successes),
    probeTimeout: duration('10s').optional().describe(says.probeTimeout), ramp: rampTime().optional().describe(says.ramp),
  });
  return z.strictObject({
    orders: rules(orders).prefault({}).describe('Of new orders. Cancels are never stopped by a circuit.'),
    reads: rules(reading).prefault({}).describe('Of readings of orders, executions and balances. They are what an outage is seen to be over by, so they are never away for long.'),
    prices: rules(reading).prefault({}).describe('Of readings of prices.'),
    rateLimit: z.strictObject({ open: duration('10s').prefault('10s').describe('For how long nothing but cancels leaves after an answer of 429 that names no time.') }).prefault({}).describe('The limit of the venue itself.'),
    named: z.record(z.string().regex(/^(?:[a-z][a-z0-9-]{0,31}\/(?:orders|reads|prices)|prices:[a-z][a-z0-9-]{0,31})$/, 'is not the name of a circuit such as "alpaca/orders"'), some).default({}).describe('Rules of one circuit, by its name; what is not said here is as above.'),
  });
}

/** The whole rules of one circuit. */
export function rulesOf(breakers: BreakersConfig, name: string): BreakerRules {
  const part = (name.startsWith('prices:') ? 'prices' : name.slice(name.indexOf('/') + 1)) as (typeof guardedParts)[number];
  const common = breakers[part];
  const own = Object.hasOwn(breakers.named, name) ? breakers.named[name] ?? {} : {};
  const { connection, latency, ...rest } = own;
  return { ...common, ...said(rest), connection: { ...common.connection, ...said(connection ?? {}) }, latency: { ...common.latency, ...said(latency ?? {}) } };
}

const said = <T extends object>(words: T): { [K in keyof T]: Exclude<T[K], undefined> } => Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

export type RuleFault = { readonly key: readonly string[]; readonly message: string; readonly hint: string };

/** What cannot be meant by these rules. */
export function faultsIn(rules: BreakerRules): readonly RuleFault[] {
  const { connection, latency, open, openMost, jitter, window } = rules;
  return [
    ...(openMost.ms < open.ms ? [{ key: ['openMost'], message: 'is shorter than "open"', hint: 'make it as long as "open" or longer' }] : []),
    ...(jitter.ppm > 500_000 ? [{ key: ['jitter'], message: 'is more than 50%: the open time would be a matter of luck', hint: 'write "10%"' }] : []),
    ...(window.ms < 1_000 ? [{ key: ['window'], message: 'is shorter than a second', hint: 'write "60s"' }] : []),
    ...(connection.failures === 0 && connection.percent.ppm === 0 && latency.percent.ppm === 0 ? [{ key: ['connection', 'failures'], message: 'is 0, and so is every other rule: nothing could ever open this circuit', hint: 'write "failures": 5; to let everything pass for a while, hold the circuit by hand' }] : []),
  ];
}
