import { seededRandom } from '../../src/base/index.ts';
import { settle } from '../../src/edges/clock/index.ts';
import { createMemoryNet, VirtualClock } from '../../src/sim/index.ts';
import { netContract } from './net.contract.ts';

netContract('memory', () => {
  const clock = new VirtualClock({ settle });
  const net = createMemoryNet({ clock, random: seededRandom(1), latencyMs: { min: 1, max: 5 } });
  let paths = 0;
  return { net, clock, run: (body) => clock.until(body()), socketPath: () => `/run/control-${++paths}.sock` };
});
