/** One order past one limit, as people ask for it, grant it and see it. */
import { formatUnits, tryParseUnits } from '../base/index.ts';
import { instrumentAt, overridable } from '../core/index.ts';
import type { Override, World } from '../core/index.ts';
import type { ServedAnswer } from '../ports/index.ts';
import { json, problem } from './answers.ts';
import { nameless, person, textIn } from './commands.ts';
import type { CommandParts, Words } from './commands.ts';
import { confirmed } from './confirmed.ts';
import { time } from './shown.ts';

const BEGINS = 'lo_';
export const isOverride = (id: string): boolean => id.startsWith(BEGINS);

export async function askOverride(parts: CommandParts, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const who = person(words);
  if (who === undefined) return nameless(correlationId);
  const { runtime, clock, confirmWithinMs } = parts;
  const [control, venue, symbol, strategy, side, quantity] = ['control', 'venue', 'symbol', 'strategy', 'side', 'quantity'].map((name) => textIn(words, name));
  const forMs = words?.['forMs'];
  const not = (detail: string): ServedAnswer => problem('BW-2008', correlationId, { detail });
  if (control === undefined || strategy === undefined) return not(`It needs "control" (${overridable.join(', ')}) and "strategy".`);
  const instrument = venue === undefined || symbol === undefined ? undefined : instrumentAt(runtime.world.market, venue, symbol);
  if (venue === undefined || symbol === undefined || instrument === undefined) return not(`"${symbol ?? ''}" at "${venue ?? ''}" is no instrument that is listed.`);
  if (side !== 'buy' && side !== 'sell') return not('"side" must be "buy" or "sell".');
  const mostUnits = quantity === undefined ? undefined : tryParseUnits(quantity, instrument.quantityScale);
  if (mostUnits === undefined || mostUnits <= 0n) return not(`"quantity" must be a decimal above zero, in ${instrument.base}: the largest order that may pass.`);
  if (typeof forMs !== 'number' || !Number.isSafeInteger(forMs) || forMs <= 0) return not('"forMs" must be a whole number of ms above zero: what is an exception has an end.');
  const known = new Set(runtime.world.changes.overrides.keys());
  const { outcome, seq } = runtime.limits.askOverride({ control, venue, symbol, strategy, side, mostUnits, forMs, ...who }, { actor: `operator:${who.by}`, correlationId });
  const asked = [...runtime.world.changes.overrides.values()].find(({ id }) => !known.has(id));
  const shown = asked === undefined ? null : shownOverride(runtime.world, asked);
  await confirmed(runtime, clock, seq, confirmWithinMs);
  if (outcome.kind === 'not-allowed') return problem('BW-2042', correlationId, { detail: `${outcome.why}.`, doNext: ['change the limit: "breakwater reload"'] });
  return json(200, { override: shown, correlationId });
}

export async function grantOverride(parts: CommandParts, id: string, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const who = person(words);
  if (who === undefined) return nameless(correlationId);
  const { runtime, clock, confirmWithinMs } = parts;
  const { outcome, seq } = runtime.limits.grantOverride(id, who, { actor: `operator:${who.by}`, correlationId });
  const granted = runtime.world.changes.overrides.get(id);
  await confirmed(runtime, clock, seq, confirmWithinMs);
  if (outcome.kind === 'nothing-to-do') return problem('BW-2041', correlationId, { detail: `${outcome.why}.`, doNext: ['run "breakwater limits ls"'] });
  if (outcome.kind === 'not-allowed') return problem('BW-2042', correlationId, { detail: `${outcome.why}.`, because: 'an order past a limit takes two people', doNext: ['let somebody else approve it', 'who is alone changes the limit: "breakwater reload"'] });
  return json(200, { id, by: who.by, inForce: [], until: granted === undefined ? null : time(granted.endsAtMs), correlationId });
}

export const shownOverrides = (world: World): readonly object[] => [...world.changes.overrides.values()].map((one) => shownOverride(world, one));

function shownOverride(world: World, { id, control, venue, symbol, strategy, side, mostUnits, by, reason, endsAtMs, grantedBy, usedBy }: Override): object {
  const instrument = instrumentAt(world.market, venue, symbol);
  return {
    id, control, venue, symbol, strategy, side, quantity: { amount: formatUnits(mostUnits, instrument?.quantityScale ?? 0), asset: instrument?.base ?? 'units' }, by, reason, until: time(endsAtMs),
    grantedBy: grantedBy ?? null, usedBy: usedBy ?? null,
  };
}
