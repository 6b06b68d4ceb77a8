import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { realClock } from '../../src/edges/clock/index.ts';
import { LIVING_PEERS_SPEAK_WITHIN_MS, realNet } from '../../src/edges/net/index.ts';
import { behindProxies, harmless } from '../proxy/index.ts';
import { netContract } from './net.contract.ts';

const clock = realClock();
const net = realNet({ clock });
const watching = realNet({ clock, silentMs: LIVING_PEERS_SPEAK_WITHIN_MS }); // as a runtime has it
const folder = mkdtempSync(join(tmpdir(), 'bw-net-'));
let paths = 0;

after(async () => {
  await Promise.all([net.close(), watching.close()]);
  rmSync(folder, { recursive: true });
});

const rig = { net, clock, run: (body: () => Promise<void>) => body(), socketPath: () => join(folder, `control-${++paths}.sock`) };
netContract('sockets', () => rig);
netContract('sockets, in small pieces and a little late', () => ({ ...rig, net: behindProxies(watching, harmless) }));
