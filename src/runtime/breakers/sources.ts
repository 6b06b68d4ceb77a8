/**
 * A source of prices that is no venue, behind a circuit of its own.
 *
 *   B5. What is refused here did not leave, and is no price. Whoever asks again before the circuit tries it out asks nobody.
 *   B6. A price that could be read is a success, and a stream that lets us listen; anything else is a failure, unless it was held back on our side.
 */
import type { Clock, PriceSource, Read, SaidPrices } from '../../ports/index.ts';
import type { PriceSettings } from '../prices/index.ts';
import type { JournalTime } from '../time.ts';
import type { CircuitRegistry } from './registry.ts';

export const circuitOfSource = (name: string): string => `prices:${name}`;

export type SourceGuardOptions = { readonly registry: CircuitRegistry; readonly time: JournalTime; readonly clock: Clock };

/** The same sources, each that is no venue behind its circuit; a venue's is around the venue. */
export const guardedPrices = (settings: PriceSettings, options: SourceGuardOptions): PriceSettings => ({
  ...settings,
  sources: Object.fromEntries(Object.entries(settings.sources).map(([name, named]) => [name, named.kind === 'venue' ? named : { ...named, source: sourceBehindCircuit(name, named.source, options) }])),
});

function sourceBehindCircuit(name: string, source: PriceSource, { registry, time, clock }: SourceGuardOptions): PriceSource {
  const circuit = circuitOfSource(name);
  if (source.kind === 'told') {
    return { ...source, watch: (symbols, listen) => source.watch(symbols, listen, () => {
      const asked = registry.ask(circuit, time.nowMs());
      if (asked.kind === 'refused') return asked;
      const beganMs = clock.monotonicMs();
      return { kind: 'permit', settle: (end, why) => asked.settle(end, clock.monotonicMs() - beganMs, why) };
    }) };
  }
  return {
    ...source,
    ask: async (symbols, timeoutMs): Promise<Read<SaidPrices>> => {
      const asked = registry.ask(circuit, time.nowMs());
      if (asked.kind === 'refused') return { kind: 'unclear', why: asked.why, heldBack: true }; // B5
      const beganMs = clock.monotonicMs();
      const answer = await source.ask(symbols, timeoutMs);
      const tookMs = clock.monotonicMs() - beganMs;
      if (answer.kind === 'read') asked.settle('success', tookMs);
      else if (answer.heldBack === true) asked.settle('ignored', tookMs);
      else asked.settle('failure', tookMs, answer.why); // B6
      return answer;
    },
  };
}
