/**
 * What an operator may order stopped, and how far it may go on again: pause, flatten, kill, resume.
 *
 *   S1. Flatten and kill are reviewed before they are done, or asked for with `now`: never by a slip.
 *   S2. A kill or a flatten is in force in the turn that takes it; its answer is the receipt so far, and the receipt goes on by its name.
 *   S3. Nothing goes on while one line of the checklist is open, and every open line is named.
 */
import { gateAt, joinedBy, readScope, scopeText, SYSTEM } from '../core/index.ts';
import type { StopWord } from '../core/index.ts';
import type { ServedAnswer } from '../ports/index.ts';
import { json, problem } from './answers.ts';
import { checklist } from './checklist.ts';
import { withAcknowledged } from './circuits-in-the-way.ts';
import { act, anybody, nameless, person, stop, textIn } from './commands.ts';
import type { CommandParts, Words } from './commands.ts';
import { planOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { time } from './shown.ts';
import { shownStop } from './stops.ts';

export type StoppingParts = CommandParts & { readonly instance: string; readonly newId: () => string };

/** The scope that is named, the whole system where none is; undefined for one that is none here. */
export function scopeIn({ runtime }: CommandParts, words: Words | undefined): string | undefined {
  const text = textIn(words, 'scope');
  if (text === undefined) return SYSTEM;
  const scope = readScope(text.replace(/^bot:/, 'strategy:'));
  if (scope === undefined || ('venue' in scope && !runtime.world.market.venues.has(scope.venue))) return undefined;
  if (scope.kind === 'instrument' && !runtime.world.market.instruments.has(`${scope.venue} ${scope.symbol}`)) return undefined;
  return scopeText(scope);
}

export const noScope = ({ runtime }: CommandParts, words: Words | undefined, correlationId: string): ServedAnswer => {
  const venues = [...runtime.world.market.venues.keys()];
  return problem('BW-2008', correlationId, {
    detail: `"${textIn(words, 'scope') ?? ''}" is no scope here: "system", "account:NAME", "venue:NAME", "instrument:VENUE:SYMBOL" or "strategy:NAME", with the venues ${venues.join(', ') || '(none is known yet)'}.`,
    doNext: ['name another scope', 'or none, for the whole system'],
  });
};

export function pause(parts: CommandParts, words: Words | undefined, correlationId: string): Promise<ServedAnswer> | ServedAnswer {
  const { by, reason } = anybody(words);
  const scope = scopeIn(parts, words);
  if (scope === undefined) return noScope(parts, words, correlationId);
  return stop(parts, { kind: 'reduce', by, reason, scope }, by, correlationId, (outcome, world) => {
    const gate = gateAt(world, scope);
    return { scope, gate: { state: gate.state, by: gate.by, reason: gate.reason, since: gate.sinceMs === 0 ? null : time(gate.sinceMs) }, changed: outcome.kind === 'done' };
  });
}

/** The plans that were shown, by name, and until when each may be applied. */
export class Plans {
  readonly #until = new Map<string, number>();

  show(plan: Plan, nowMs: number): Plan {
    for (const [id, untilMs] of this.#until) if (untilMs < nowMs) this.#until.delete(id);
    this.#until.set(plan.id, nowMs + plan.validForMs);
    return plan;
  }

  isShown(id: string, nowMs: number): boolean {
    return (this.#until.get(id) ?? Number.NEGATIVE_INFINITY) >= nowMs;
  }
}

export async function planned(parts: StoppingParts, plans: Plans, word: StopWord, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const scope = scopeIn(parts, words);
  if (scope === undefined) return noScope(parts, words, correlationId);
  const plan = plans.show(await planOf(parts, word, scope), parts.clock.monotonicMs());
  return json(200, { plan, correlationId });
}

export async function beginStop(parts: StoppingParts, plans: Plans, word: StopWord, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const scope = scopeIn(parts, words);
  if (scope === undefined) return noScope(parts, words, correlationId);
  const apply = textIn(words, 'apply');
  if (words?.['now'] === true) return begun(parts, word, scope, words, undefined, correlationId);
  if (apply === undefined) { // S1
    return problem('BW-2008', correlationId, {
      detail: `A ${word} cancels every order and closes every position of ${scope}. Look at its plan and apply that, or ask for it with "now": true.`, because: 'what cannot be taken back is reviewed before it is done',
      doNext: [`run "breakwater ${word} --plan", then "breakwater ${word} --apply PLAN"`, `or "breakwater ${word} --now"`],
    });
  }
  const wasShown = plans.isShown(apply, parts.clock.monotonicMs());
  const plan = plans.show(await planOf(parts, word, scope), parts.clock.monotonicMs());
  if (!wasShown || plan.id !== apply) {
    const why = !wasShown ? `no plan "${apply}" was shown here within the last ${plan.validForMs / 1_000} s` : `what it would do has changed since the plan "${apply}" was shown`;
    return problem('BW-2032', correlationId, { detail: `Nothing was done: ${why}. The plan as it is now is ${plan.id}.`, doNext: [`look at it: "breakwater ${word} --plan"`, `then "breakwater ${word} --apply ${plan.id}"`], plan });
  }
  return begun(parts, word, scope, words, plan.id, correlationId);
}

function begun(parts: StoppingParts, word: StopWord, scope: string, words: Words | undefined, plan: string | undefined, correlationId: string): Promise<ServedAnswer> {
  const { by, reason } = anybody(words);
  const id = parts.newId();
  const asked = { id, word, scope, venues: parts.runtime.venues };
  const joined = joinedBy(parts.runtime.world, asked); // in the turn that takes it: by the time of the answer it may be over
  return stop(parts, { kind: 'kill', ...asked, by, reason, ...(plan === undefined ? {} : { plan }) }, by, correlationId, (_outcome, world) => {
    const { gate } = world;
    const held = world.stops.get(id) ?? world.stops.get(joined?.id ?? '') ?? joined;
    return {
      gate: { state: gate.state, by: gate.by, reason: gate.reason, since: time(gate.sinceMs) }, inForce: true, joined: held?.id !== id, ...(held === undefined ? {} : { stop: shownStop(held) }),
      liveOrders: world.orders.live.size, cancelling: [...world.orders.live.unordered()].filter(({ cancelSeq }) => cancelSeq > 0).length,
    };
  });
}

export async function shownChecklist(parts: StoppingParts, query: URLSearchParams, correlationId: string): Promise<ServedAnswer> {
  const words: Words = { ...(query.get('scope') === null ? {} : { scope: query.get('scope') }) };
  const scope = scopeIn(parts, words);
  if (scope === undefined) return noScope(parts, words, correlationId);
  const lines = await checklist(parts, { scope, reason: query.get('reason') ?? undefined, instance: query.get('instance') ?? undefined, afterKill: query.get('afterKill') === 'true', acknowledged: namesIn(query.get('acknowledge')) });
  return json(200, { scope, ready: lines.every(({ met }) => met), checklist: lines, correlationId });
}

/** The circuits that somebody names, as a list or as one text with commas. */
function namesIn(given: unknown): ReadonlySet<string> {
  const names: readonly unknown[] = typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given : [];
  return new Set(names.flatMap((name) => (typeof name === 'string' ? [name.trim()] : [])));
}

export async function resume(parts: StoppingParts, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const who = person(words);
  if (who === undefined) return nameless(correlationId);
  const scope = scopeIn(parts, words);
  if (scope === undefined) return noScope(parts, words, correlationId);
  const { runtime } = parts;
  const [afterKill, acknowledged] = [words?.['afterKill'] === true, namesIn(words?.['acknowledge'])];
  const lines = gateAt(runtime.world, scope).state === 'ACTIVE' ? [] : await checklist(parts, { scope, reason: who.reason, instance: textIn(words, 'instance'), afterKill, acknowledged });
  const open = lines.filter(({ met }) => !met);
  if (open.length > 0) { // S3
    const restored = open.some(({ item }) => item === 'restored');
    return problem(restored ? 'BW-2015' : 'BW-2031', correlationId, {
      detail: `The gate stays shut: ${open.map(({ item, why }) => `${item}: ${why}`).join('; ')}.`, because: 'nothing goes on while a line of the checklist is open',
      doNext: [...new Set(open.map(({ doNext }) => doNext))], checklist: lines,
    });
  }
  return act(parts, { kind: 'resume', by: who.by, reason: withAcknowledged(who.reason, runtime.world, acknowledged), scope, venues: runtime.venues, afterKill }, who.by, correlationId, (outcome, world) => {
    const gate = gateAt(world, scope);
    return outcome.kind === 'inconclusive'
      ? problem('BW-2031', correlationId, { detail: `The gate stays shut: ${outcome.why}.`, doNext: ['run "breakwater status"'] })
      : json(200, { scope, gate: { state: gate.state, by: gate.by, reason: gate.reason, since: gate.sinceMs === 0 ? null : time(gate.sinceMs) }, changed: outcome.kind === 'done', checklist: lines, correlationId });
  });
}
