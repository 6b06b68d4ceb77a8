/** What befalls the requests of the runtime on their way, drawn one by one. */
import type { Random } from '../base/index.ts';
import type { RequestFault } from './net.ts';
import type { Swarm } from './swarm/index.ts';

const ORDERS = 3; // so much oftener: of all requests they are few, and what befalls them matters most

export function drawLinkFault(random: Random, { linkFaultProbability, orderIds }: Swarm, isOrder: boolean): RequestFault | undefined {
  if (!random.chance(isOrder ? ORDERS * linkFaultProbability : linkFaultProbability)) return undefined;
  const doubles = orderIds === 'unique-forever' || orderIds === 'returns-original'; // elsewhere a doubled order is the venue's own doing
  const byMs = 100 + random.below(7_000);
  if (isOrder && doubles && random.chance(0.5)) return { kind: 'request-doubled' };
  return random.pick<RequestFault>([
    { kind: 'refused' }, { kind: 'request-lost' }, { kind: 'answer-lost' }, { kind: 'reset-before' }, { kind: 'reset-after' }, { kind: 'request-late', byMs }, { kind: 'answer-late', byMs },
    doubles ? { kind: 'request-doubled' } : { kind: 'answer-lost' },
  ]);
}
