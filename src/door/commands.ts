/**
 * What an operator may order done. Each is an input like any other; the answer comes once it is durable.
 *
 *   C1. Stopping is easy: a halt or a cancel is taken however badly it is asked for. Everything that loosens needs a name and a reason.
 *   C2. A halt is in force in the turn that takes it, and a cancel leaves though the disk is late. It is told as that: in force,
 *       and remembered only if the emergency log has it.
 */
import { assetScale, gateAt, isFinal, orderById, orderMeant, SYSTEM } from '../core/index.ts';
import type { Input, Outcome, World } from '../core/index.ts';
import type { Clock, ServedAnswer, ServedRequest } from '../ports/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { LateDiskError, json, problem } from './answers.ts';
import { confirmed } from './confirmed.ts';
import { amount, shownDifference, shownOrder, time } from './shown.ts';

export type CommandParts = { readonly runtime: Runtime; readonly clock: Clock; readonly confirmWithinMs: number; readonly lookWithinMs: number };
export type Words = Readonly<Record<string, unknown>>;

/** The words of a request; undefined where its body is no JSON object. A request without a body has none. */
export function wordsOf({ body }: ServedRequest): Words | undefined {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Words : undefined;
  } catch {
    return undefined;
  }
}

export const textIn = (words: Words | undefined, name: string): string | undefined => {
  const value = words?.[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

type Person = { readonly by: string; readonly reason: string };
export const anybody = (words: Words | undefined): Person => ({ by: textIn(words, 'by') ?? 'somebody at the control socket', reason: textIn(words, 'reason') ?? 'no reason given' }); // C1

export function person(words: Words | undefined): Person | undefined {
  const [by, reason] = [textIn(words, 'by'), textIn(words, 'reason')];
  return by === undefined || reason === undefined ? undefined : { by, reason };
}

export const nameless = (correlationId: string): ServedAnswer =>
  problem('BW-2008', correlationId, { detail: 'The body needs "by" and "reason", both texts.', because: 'what loosens a control is done by a person with a name', doNext: ['send {"by": "…", "reason": "…"}'] });

export async function act<T>(parts: CommandParts, input: Input, by: string, correlationId: string, look: (outcome: Outcome, world: World) => T): Promise<T> {
  const { runtime, clock, confirmWithinMs } = parts;
  const { outcome, seq } = runtime.turns.take(input, { actor: `operator:${by}`, correlationId });
  const view = look(outcome, runtime.world);
  await confirmed(runtime, clock, seq, confirmWithinMs);
  return view;
}

/** C2. As `act`; a disk that is late is no reason to say nothing of what is in force. */
export async function stop(parts: CommandParts, input: Input, by: string, correlationId: string, look: (outcome: Outcome, world: World) => ServedAnswer | object): Promise<ServedAnswer> {
  const { runtime } = parts;
  let told: ServedAnswer | object | undefined;
  try {
    await act(parts, input, by, correlationId, (outcome, world) => { told = look(outcome, world); });
  } catch (thrown) {
    if (!(thrown instanceof LateDiskError) || runtime.turns.failed !== undefined || told === undefined || isAnswer(told)) throw thrown;
    const remembered = runtime.emergencies.remembers(thrown.seq);
    return json(207, { ...told, remembered, correlationId, note: remembered ? lateNote.remembered : lateNote.forgotten });
  }
  return told === undefined || isAnswer(told) ? told ?? json(200, { correlationId }) : json(200, { ...told, remembered: true, correlationId });
}

const isAnswer = (told: ServedAnswer | object): told is ServedAnswer => 'kind' in told;
const lateNote = {
  remembered: 'In force now. The disk has not confirmed it yet; it stands in the emergency log, from which the next start takes it over.',
  forgotten: 'In force now; the disk has not confirmed it yet. Should the process die before it does, ask again.',
};

export function halt(parts: CommandParts, words: Words | undefined, correlationId: string, scope = SYSTEM): Promise<ServedAnswer> {
  const { by, reason } = anybody(words);
  const keepOrders = words?.['keepOrders'] === true || words?.['cancelOrders'] === false;
  return stop(parts, { kind: 'halt', by, reason, cancelOrders: !keepOrders, scope }, by, correlationId, (_outcome, world) => stoodStill(world, scope));
}

function stoodStill(world: World, scope: string): object {
  const { orders } = world;
  const gate = gateAt(world, scope);
  return { ...(scope === SYSTEM ? {} : { scope }), gate: { state: gate.state, by: gate.by, reason: gate.reason, since: time(gate.sinceMs) }, inForce: true, liveOrders: orders.live.size, cancelling: [...orders.live.unordered()].filter(({ cancelSeq }) => cancelSeq > 0).length };
}

/** A named person has looked, and lets a strategy that repeated itself go on. */
export async function enableStrategy(parts: CommandParts, strategy: string, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const who = person(words);
  if (who === undefined) return nameless(correlationId);
  return act(parts, { kind: 'enable-strategy', strategy, ...who }, who.by, correlationId, (outcome) =>
    outcome.kind === 'nothing-to-do' ? problem('BW-2009', correlationId, { detail: `${outcome.why}.` }) : json(200, { strategy, enabled: true, correlationId }));
}

/** Lets the journal hold what only newer releases read: a step that is not taken back. */
export async function raiseFormat(parts: CommandParts, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const who = person(words);
  if (who === undefined) return nameless(correlationId);
  const { writes } = parts.runtime.formats;
  const to = words?.['to'] === undefined ? writes : words['to'];
  if (typeof to !== 'number' || !Number.isSafeInteger(to) || to < 1) return problem('BW-2008', correlationId, { detail: '"to" must be a whole number, the format to raise to; without it the newest that this release writes.' });
  if (to > writes) return problem('BW-2008', correlationId, { detail: `This release writes formats up to ${writes}, so it cannot raise the journal to ${to}.`, doNext: ['start the release that writes it, then raise'] });
  return act(parts, { kind: 'raise-format', to, ...who }, who.by, correlationId, (outcome, { format }) =>
    outcome.kind === 'nothing-to-do' ? problem('BW-2009', correlationId, { detail: `${outcome.why}.` }) : json(200, { format, correlationId }));
}

export async function cancelOrder(parts: CommandParts, orderId: string, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const before = orderMeant(parts.runtime.world.orders, orderId);
  if (before === undefined) return noOrder(orderId, correlationId);
  const over = isFinal(before.phase) || (before.phase === 'ended' && before.amend === undefined);
  const who = anybody(words);
  return stop(parts, { kind: 'cancel', orderId, ...who }, who.by, correlationId, (_outcome, world) => {
    if (over) return problem('BW-2009', correlationId, { detail: `The order ${before.id} is ${before.phase}: there is nothing left to cancel.` });
    const after = orderById(world.orders, before.id) ?? before;
    return { order: shownOrder(world, after), asked: before.cancelSeq === 0 || before.amend !== undefined ? 'now' : 'before' };
  });
}

export async function resolveOrder(parts: CommandParts, orderId: string, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const who = person(words);
  if (who === undefined) return nameless(correlationId);
  if (words?.['outcome'] !== 'absent') {
    return problem('BW-2008', correlationId, { detail: '"outcome" must be "absent": the one thing about an unknown order that a person may testify.', doNext: ['for an order that the venue has, wait: it is asked for'] });
  }
  return act(parts, { kind: 'resolve', orderId, outcome: 'absent', ...who }, who.by, correlationId, (outcome, world) => {
    if (outcome.kind === 'no-such-order') return noOrder(orderId, correlationId);
    if (outcome.kind === 'nothing-to-do') return problem('BW-2009', correlationId, { detail: `${outcome.why}: there is nothing to resolve.` });
    const order = orderById(world.orders, orderId);
    return json(200, { ...(order === undefined ? {} : { order: shownOrder(world, order) }), correlationId });
  });
}

export const noOrder = (orderId: string, correlationId: string): ServedAnswer =>
  problem('BW-2006', correlationId, { detail: `There is no order "${orderId}".`, doNext: ['run "breakwater orders"'] });

/** Releases what is to be released, adopts what is to be adopted, and looks at the venue. */
export async function reconcile(parts: CommandParts, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  if (words === undefined) return problem('BW-2008', correlationId, { detail: 'The body is no JSON object.' });
  const { runtime } = parts;
  const all = [...runtime.world.market.venues.keys()];
  const [named, release, adopt] = [textIn(words, 'venue'), textIn(words, 'release'), textIn(words, 'adopt')];
  const venues = named === undefined ? all : all.filter((venue) => venue === named);
  if (venues.length === 0) return problem('BW-2007', correlationId, { detail: `There is no venue "${named ?? ''}"; there are ${all.join(', ') || 'none yet'}.` });
  const did: string[] = [];
  if (release !== undefined || adopt !== undefined) {
    const who = person(words);
    const [venue, ...others] = venues;
    if (who === undefined) return nameless(correlationId);
    if (venue === undefined || others.length > 0) return problem('BW-2008', correlationId, { detail: 'Name the venue: there is more than one.' });
    const inputs: Input[] = [
      ...(release === undefined ? [] : [{ kind: 'release-instrument' as const, venue, symbol: release, ...who }]),
      ...(adopt === undefined ? [] : [{ kind: 'adopt-balance' as const, venue, asset: adopt, ...who }]),
    ];
    for (const input of inputs) {
      const outcome = await act(parts, input, who.by, correlationId, (taken) => taken);
      if (outcome.kind === 'nothing-to-do') return problem('BW-2009', correlationId, { detail: `${outcome.why}.`, did: did.join(', ') || 'nothing' });
      did.push(input.kind === 'release-instrument' ? `released ${input.symbol}` : `adopted the balance of ${adopt ?? ''}`);
    }
  }
  const looks = await Promise.all(venues.map(async (venue) => look(parts, venue)));
  return json(200, { did, venues: looks, agreed: looks.every(({ agreed }) => agreed), correlationId });
}

async function look(parts: CommandParts, venue: string): Promise<{ readonly venue: string; readonly agreed: boolean }> {
  const { runtime, clock, lookWithinMs, confirmWithinMs } = parts;
  const outcome = await new Promise<Outcome>((resolve, reject) => {
    const cancel = clock.timer(lookWithinMs, () => resolve({ kind: 'inconclusive', why: `the venue is still being asked after ${lookWithinMs} ms` }));
    runtime.reconcile(venue).then(resolve, reject).finally(cancel);
  });
  const { ledger, market } = runtime.world;
  const differences = [...ledger.differences.values()].filter((difference) => difference.venue === venue);
  const conclusive = outcome.kind === 'done';
  const shown = {
    venue, conclusive, agreed: conclusive && ledger.reconciled.get(venue)?.agreed === true,
    ...('why' in outcome ? { why: outcome.why } : {}),
    differences: differences.map((difference) => ({
      ...shownDifference(difference, assetScale(market, venue, difference.asset) ?? 0),
      missing: amount(difference.venueUnits - difference.ledgerUnits, assetScale(market, venue, difference.asset) ?? 0, difference.asset),
    })),
  };
  await confirmed(runtime, clock, runtime.turns.headSeq, confirmWithinMs);
  return shown;
}
