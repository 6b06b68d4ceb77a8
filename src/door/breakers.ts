/**
 * Circuits as people read them, and what people do to them.
 *
 *   C1 of commands.ts: tripping and holding open take risk away and need no name. Resetting, and holding so that more passes, do, and the
 *   latter an end.
 */
import { circuitOf, isBreakerName, isTradingKind, whyNotClosed } from '../core/index.ts';
import type { Circuit, Input, Outcome, Until, World } from '../core/index.ts';
import type { ServedAnswer } from '../ports/index.ts';
import type { CircuitView, Runtime } from '../runtime/index.ts';
import { json, problem } from './answers.ts';
import { act, anybody, nameless, person, textIn } from './commands.ts';
import type { CommandParts, Words } from './commands.ts';
import { time } from './shown.ts';

const untilOf = (until: Until): string => (until === 'manual' ? 'a person closes it' : time(until));

function shown({ name, circuit, policy, counts, errors }: CircuitView): object {
  const { phase, opening, command, until, streak } = circuit;
  return {
    name, guards: isTradingKind(name) ? 'new risk' : name.slice(name.lastIndexOf('/') + 1), phase, sentence: `${name} ${sentenceOf(circuit)}.`,
    ...(phase === 'open' ? { until: untilOf(until) } : {}),
    ...(command === undefined ? {} : { held: { as: command.hold, until: untilOf(command.until), by: command.by, reason: command.reason } }),
    ...(opening === undefined ? {} : {
      lastOpened: {
        at: time(opening.atMs), rule: opening.rule, windowMs: opening.windowMs, counts: opening.counts, errors: opening.errors, streak,
        ...(opening.reason === undefined ? {} : { reason: opening.reason }), ...(opening.evidence === undefined ? {} : { evidence: Object.fromEntries(Object.entries(opening.evidence).map(([key, value]) => [key, String(value)])) }), ...(opening.by === undefined ? {} : { by: opening.by }),
      },
    }),
    ...(counts === undefined ? {} : { lately: { ...counts, errors } }),
    ...(policy === undefined ? {} : { rules: { ...policy, failuresToOpen: Number.isFinite(policy.failuresToOpen) ? policy.failuresToOpen : null } }),
  };
}

function sentenceOf(circuit: Circuit): string {
  const { phase, until, command } = circuit;
  if (command?.hold === 'open') return `${whyNotClosed(circuit)}, until ${untilOf(command.until)}`;
  if (command?.hold === 'closed') return `is held closed by ${command.by} until ${untilOf(command.until)}: ${command.reason}`;
  const counts = command?.hold === 'metrics-only' ? `, and lets everything pass until ${untilOf(command.until)}, says ${command.by}: ${command.reason}` : '';
  if (phase === 'closed') return `is closed${counts}`;
  return `${whyNotClosed(circuit)}${phase === 'open' ? `; until ${untilOf(until)}` : ''}${counts}`;
}

export const breakersOf = (runtime: Runtime): object => ({ breakers: runtime.breakers.view(runtime.time.nowMs()).map(shown) });

/** For the sentence of a status: the circuits that let nothing pass. */
export const openCircuits = (world: World): readonly { readonly name: string; readonly sentence: string }[] =>
  [...world.breakers.entries()].filter(([, { phase, command }]) => command?.hold === 'open' || (phase !== 'closed' && command === undefined)).map(([name, circuit]) => ({ name, sentence: `The circuit ${name} ${sentenceOf(circuit)}.` }));

/** @returns an answer where the name is none; otherwise whose circuit it is */
function named(runtime: Runtime, words: Words | undefined, correlationId: string): string | ServedAnswer {
  const name = textIn(words, 'name');
  const known = runtime.breakers.view(runtime.time.nowMs()).map((view) => view.name);
  if (name !== undefined && (known.includes(name) || (isTradingKind(name) && isBreakerName(name)))) return name;
  return problem('BW-2008', correlationId, { detail: `"${name ?? ''}" is the name of no circuit; there are ${known.join(', ') || 'none yet'}, and loss/SCOPE, position/SCOPE, volatility/SCOPE.`, doNext: ['run "breakwater breakers ls"'] });
}

export async function tripBreaker(parts: CommandParts, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const name = named(parts.runtime, words, correlationId);
  if (typeof name !== 'string') return name;
  const { by, reason } = anybody(words);
  const untilMs = endOf(parts, words);
  return done(parts, name, { kind: 'trip-breaker', breaker: name, reason, evidence: evidenceIn(words), ...(untilMs === undefined ? {} : { untilMs }), by }, by, correlationId);
}

export async function resetBreaker(parts: CommandParts, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const name = named(parts.runtime, words, correlationId);
  if (typeof name !== 'string') return name;
  const who = person(words);
  return who === undefined ? nameless(correlationId) : done(parts, name, { kind: 'reset-breaker', breaker: name, ...who }, who.by, correlationId);
}

export async function holdBreaker(parts: CommandParts, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const name = named(parts.runtime, words, correlationId);
  if (typeof name !== 'string') return name;
  const hold = words?.['hold'];
  if (hold !== 'open' && hold !== 'closed' && hold !== 'metrics-only') return problem('BW-2008', correlationId, { detail: '"hold" must be "open", "closed" or "metrics-only".' });
  const untilMs = endOf(parts, words);
  const who = hold === 'open' ? anybody(words) : person(words);
  if (who === undefined) return nameless(correlationId);
  if (hold !== 'open' && untilMs === undefined) return problem('BW-2008', correlationId, { detail: `What holds a circuit ${hold} needs an end: "forMs", a whole number of ms.`, because: 'what loosens a control ends by itself' });
  return done(parts, name, { kind: 'hold-breaker', breaker: name, hold, ...(untilMs === undefined ? {} : { untilMs }), ...who }, who.by, correlationId);
}

/** What whoever trips it has observed: named texts and numbers. What is neither is left out, and nothing that is badly said keeps a circuit from opening. */
function evidenceIn(words: Words | undefined): Readonly<Record<string, string | number>> {
  const evidence = words?.['evidence'];
  if (typeof evidence !== 'object' || evidence === null) return {};
  return Object.fromEntries(Object.entries(evidence).filter((one): one is [string, string | number] => typeof one[1] === 'string' || typeof one[1] === 'number').slice(0, MOST_EVIDENCE).map(([name, value]) => [name.slice(0, MOST_TEXT), typeof value === 'string' ? value.slice(0, MOST_TEXT) : value]));
}

const MOST_EVIDENCE = 20;
const MOST_TEXT = 200;

/** In journal time. */
function endOf({ runtime }: CommandParts, words: Words | undefined): number | undefined {
  const forMs = words?.['forMs'];
  return typeof forMs === 'number' && Number.isSafeInteger(forMs) && forMs > 0 ? runtime.time.nowMs() + forMs : undefined;
}

const done = (parts: CommandParts, name: string, input: Input, by: string, correlationId: string): Promise<ServedAnswer> =>
  act(parts, input, by, correlationId, (outcome: Outcome, world) => {
    if (outcome.kind === 'nothing-to-do') return problem('BW-2009', correlationId, { detail: `${outcome.why}.` });
    const view = parts.runtime.breakers.view(parts.runtime.time.nowMs()).find((one) => one.name === name);
    return json(200, { breaker: shown(view ?? { name, circuit: circuitOf(world.breakers, name), policy: undefined, counts: undefined, errors: [] }), correlationId });
  });
