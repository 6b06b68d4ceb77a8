/**
 * An order that a named person changes.
 *
 *   A1. It is the same wish as that of a bot, and judged like it: who commands here is let past no control.
 *   A2. It is done for whoever asked for the order: strategy, source and owner stay.
 */
import { orderById, orderIdOf, orderMeant, readIntent } from '../core/index.ts';
import type { Input, Order, Outcome, World } from '../core/index.ts';
import type { ServedAnswer } from '../ports/index.ts';
import { json, problem } from './answers.ts';
import { nameless, noOrder, person, textIn } from './commands.ts';
import type { CommandParts, Words } from './commands.ts';
import { confirmed } from './confirmed.ts';
import { shownOrder } from './shown.ts';

const OPERATOR = 'operator';

export async function amendOrder(parts: CommandParts, orderId: string, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const { runtime, clock, confirmWithinMs } = parts;
  const order = orderById(runtime.world.orders, orderId) ?? orderMeant(runtime.world.orders, orderId); // what is yet to follow has a name already
  if (order === undefined) return noOrder(orderId, correlationId);
  const who = person(words);
  if (who === undefined) return nameless(correlationId);
  const { venue, symbol } = order;
  const intent = readIntent(JSON.stringify({
    key: textIn(words, 'key') ?? correlationId, action: 'amend', order: orderId, instrument: symbol, quantity: textIn(words, 'quantity'), limitPrice: textIn(words, 'limitPrice'), stopPrice: textIn(words, 'stopPrice'),
  }), { name: OPERATOR });
  if (intent.kind === 'malformed') return problem('BW-2008', correlationId, { detail: intent.reason });
  const signal = { ...intent.signal, amends: { orderId, ...who } };
  const input: Input = { kind: 'signal', routed: { signal, venue, symbol, windowMs: 0 } };
  const { told, seq } = await runtime.recollection.with(input, (whole) => {
    const taken = runtime.turns.takeNewRisk(whole, { actor: `operator:${who.by}`, correlationId });
    return { told: answer(runtime.world, order, taken.outcome, signal.key, correlationId), seq: taken.seq };
  });
  await confirmed(runtime, clock, seq, confirmWithinMs);
  return told;
}

function answer(world: World, { id }: Order, outcome: Outcome, key: string, correlationId: string): ServedAnswer {
  switch (outcome.kind) {
    case 'amending': case 'order': {
      const [order, successor] = [orderById(world.orders, outcome.kind === 'amending' ? outcome.replaces : id), orderById(world.orders, outcome.orderId)];
      return json(200, {
        key, duplicate: outcome.repeated, successorId: orderIdOf(key), ...(order === undefined ? {} : { order: shownOrder(world, order) }), ...(successor === undefined ? {} : { successor: shownOrder(world, successor) }), correlationId,
      });
    }
    case 'refused': return problem('BW-2024', correlationId, { detail: `${outcome.code}: ${outcome.reason}`, because: outcome.code, did: outcome.repeated ? 'nothing' : 'recorded the refusal', doNext: [`run "breakwater explain ${outcome.code}"`, `run "breakwater order ${id}"`] });
    case 'conflict': return problem('BW-2011', correlationId, { detail: outcome.reason, doNext: ['give each wish its own key, or repeat a wish unchanged'] });
    default: return problem('BW-2009', correlationId, { detail: 'Nothing came of it.' });
  }
}
