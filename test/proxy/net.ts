/** A `Net` whose TCP servers stand behind a proxy each. Sockets in the file system do not: there is no port to put one before. */
import type { Net, Served } from '../../src/ports/index.ts';
import { faultProxy } from './proxy.ts';
import type { FaultProxy } from './proxy.ts';

const lastWordsMs = 200;

export function behindProxies(net: Net, prepare: (proxy: FaultProxy) => void): Net {
  return {
    request: (request, timeoutMs) => net.request(request, timeoutMs),
    open: (url, headers, timeoutMs) => net.open(url, headers, timeoutMs),
    async serve(at, app): Promise<Served> {
      if ('path' in at) return net.serve(at, app);
      const served = await net.serve({ host: at.host, port: 0 }, app);
      try {
        const proxy = await faultProxy({ upstream: { host: at.host, port: Number(new URL(served.url).port) }, port: at.port });
        prepare(proxy);
        const close = async (): Promise<void> => {
          await served.close();
          await proxy.drained(lastWordsMs);
          await proxy.close();
        };
        let closing: Promise<void> | undefined;
        return { url: `http://127.0.0.1:${proxy.port}`, close: () => (closing ??= close()) };
      } catch (thrown) {
        await served.close();
        throw thrown;
      }
    },
  };
}

/** What any network may do to a stream, and nobody may notice: small pieces, a little late. */
export function harmless(proxy: FaultProxy): void {
  for (const direction of ['upstream', 'downstream'] as const) {
    proxy.add(direction, { type: 'slicer', averageBytes: 700, variationBytes: 690 });
    proxy.add(direction, { type: 'latency', latencyMs: 2, jitterMs: 2 });
  }
}
