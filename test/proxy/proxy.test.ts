/** What each toxic does to bytes and to the end of a connection. Real sockets; every wait is for a condition. */
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { test as untimed } from 'node:test';
import type { TestContext } from 'node:test';
import { faultProxy } from './proxy.ts';
import type { FaultProxy } from './proxy.ts';
import type { Direction } from './toxics.ts';

const test = (title: string, body: (t: TestContext) => Promise<void>): void => void untimed(title, { timeout: 20_000 }, body);

/** One end of a connection: what it heard, in which pieces, and how that ended. */
class End {
  readonly socket: Socket;
  readonly pieces: string[] = [];
  ended: 'open' | 'ended' | 'reset' = 'open';
  closed = false;
  #look: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    const note = (change: () => void) => (): void => { change(); this.#look(); };
    socket.on('data', (bytes) => note(() => this.pieces.push(bytes.toString('latin1')))());
    socket.on('end', note(() => (this.ended = 'ended')));
    socket.on('error', note(() => (this.ended = 'reset')));
    socket.on('close', note(() => (this.closed = true)));
  }

  get heard(): string {
    return this.pieces.join('');
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => { if (holds()) resolve(); };
      this.#look();
    });
  }
}

type Scene = { readonly proxy: FaultProxy; readonly join: () => Promise<{ client: End; server: End }> };

async function scene(t: TestContext, seed: number | string = 7): Promise<Scene> {
  const taken: End[] = [];
  let arrived: () => void = () => {};
  const listener = createServer({ allowHalfOpen: true }, (socket) => { taken.push(new End(socket)); arrived(); });
  await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', resolve));
  const proxy = await faultProxy({ upstream: { host: '127.0.0.1', port: (listener.address() as AddressInfo).port }, seed });
  const clients: End[] = [];
  t.after(async () => {
    await proxy.close();
    assert.equal(proxy.statistics.open, 0, 'X4');
    for (const { socket } of [...clients, ...taken]) socket.destroy();
    await new Promise((resolve) => void listener.close(resolve));
  });
  const join = async (): Promise<{ client: End; server: End }> => {
    const before = taken.length;
    const client = new End(connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }));
    clients.push(client);
    await new Promise<void>((resolve) => { arrived = () => { if (taken.length > before) resolve(); }; arrived(); });
    const server = taken[before];
    assert(server !== undefined);
    return { client, server };
  };
  return { proxy, join };
}

/** The sender and the hearer of a direction. */
const along = (direction: Direction, { client, server }: { client: End; server: End }): { from: End; to: End } =>
  direction === 'upstream' ? { from: client, to: server } : { from: server, to: client };
const took = async (work: () => Promise<void>): Promise<number> => {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
};
const both: readonly Direction[] = ['upstream', 'downstream'];
const other = (direction: Direction): Direction => (direction === 'upstream' ? 'downstream' : 'upstream');

test('X1: without toxics every byte passes both ways, and each way ends by itself', async (t) => {
  const { proxy, join } = await scene(t);
  const { client, server } = await join();
  const big = 'x'.repeat(300_000);
  client.socket.end(big);
  await server.until(() => server.ended === 'ended');
  assert.equal(server.heard, big);
  server.socket.write('late');
  await client.until(() => client.heard === 'late');
  assert.equal(client.ended, 'open', 'one way ended, the other goes on');
  server.socket.end(big);
  await client.until(() => client.closed);
  assert.deepEqual([client.heard === `late${big}`, client.ended], [true, 'ended']);
  assert.deepEqual(proxy.statistics.passedBytes, { upstream: 300_000, downstream: 300_004 });
});

test('X1: a reset is passed on as a reset', async (t) => {
  const { join } = await scene(t);
  for (const direction of both) {
    const { from, to } = along(direction, await join());
    from.socket.resetAndDestroy();
    await to.until(() => to.closed);
    assert.equal(to.ended, 'reset');
  }
});

for (const direction of both) {
  test(`latency holds what goes ${direction}, and nothing that goes the other way`, async (t) => {
    const { proxy, join } = await scene(t);
    const pair = await join();
    const { from, to } = along(direction, pair);
    proxy.add(direction, { type: 'latency', latencyMs: 60, jitterMs: 20 });
    const tookMs = await took(async () => {
      from.socket.write('a');
      to.socket.write('b');
      await from.until(() => from.heard === 'b');
      assert.equal(to.heard, '');
      await to.until(() => to.heard === 'a');
    });
    assert.ok(tookMs >= 39, `${tookMs} ms`);
  });

  test(`latency ${direction} delays each byte alike, so a row of messages is not slowed down, and keeps its order under jitter`, async (t) => {
    const { proxy, join } = await scene(t);
    const { from, to } = along(direction, await join());
    proxy.add(direction, { type: 'latency', latencyMs: 50, jitterMs: 50 });
    const sent = Array.from({ length: 40 }, (_, n) => `${n},`);
    const tookMs = await took(async () => {
      for (const one of sent) {
        from.socket.write(one);
        await new Promise((resolve) => void setImmediate(resolve));
      }
      await to.until(() => to.heard === sent.join(''));
    });
    assert.ok(tookMs < 1_900, `${tookMs} ms for 40 pieces of 50 ms each`);
  });

  test(`bandwidth lets so many bytes a second ${direction}; with none the sender feels it, and nothing is lost when it comes back`, async (t) => {
    const { proxy, join } = await scene(t);
    const { from, to } = along(direction, await join());
    proxy.add(direction, { type: 'bandwidth', bytesPerSecond: 20_000 });
    const tookMs = await took(async () => {
      from.socket.write('x'.repeat(2_000));
      await to.until(() => to.heard.length === 2_000);
    });
    assert.ok(tookMs >= 95, `${tookMs} ms`);
    proxy.add(direction, { type: 'bandwidth', bytesPerSecond: 0 });
    const big = 16_000_000; // more than all buffers between the ends
    from.socket.write(Buffer.alloc(big, 'y'));
    await new Promise((resolve) => void from.socket.once('drain', resolve).setTimeout(100, () => resolve(undefined)));
    assert.ok(from.socket.writableLength > 0, 'the sender waits');
    assert.equal(to.heard.length, 2_000);
    proxy.remove(`bandwidth_${direction}`);
    await to.until(() => to.pieces.reduce((sum, piece) => sum + piece.length, 0) === 2_000 + big);
  });

  test(`slow_close ${direction} passes the end on later than the last byte`, async (t) => {
    const { proxy, join } = await scene(t);
    const { from, to } = along(direction, await join());
    proxy.add(direction, { type: 'slow_close', delayMs: 60 });
    const tookMs = await took(async () => {
      from.socket.end('bye');
      await to.until(() => to.heard === 'bye');
      assert.equal(to.ended, 'open');
      await to.until(() => to.ended === 'ended');
    });
    assert.ok(tookMs >= 59, `${tookMs} ms`);
  });

  test(`timeout ${direction} swallows what is sent and closes the connection after its time`, async (t) => {
    const { proxy, join } = await scene(t);
    const { from, to } = along(direction, await join());
    proxy.add(direction, { type: 'timeout', timeoutMs: 60 });
    const tookMs = await took(async () => {
      from.socket.write('lost');
      await to.until(() => to.ended === 'ended');
      await from.until(() => from.ended === 'ended');
    });
    assert.ok(tookMs >= 59, `${tookMs} ms`);
    assert.equal(to.heard, '');
    assert.deepEqual(proxy.statistics.droppedBytes[direction], 4);
  });

  test(`timeout 0 ${direction} swallows until it is taken out, and the connection stays`, async (t) => {
    const { proxy, join } = await scene(t);
    const { from, to } = along(direction, await join());
    const remove = proxy.add(direction, { type: 'timeout', timeoutMs: 0 }, { name: 'hole' });
    from.socket.write('lost');
    to.socket.write('heard');
    await from.until(() => from.heard === 'heard');
    while (proxy.statistics.droppedBytes[direction] < 4) await new Promise((resolve) => void setImmediate(resolve));
    remove();
    from.socket.write('kept');
    await to.until(() => to.heard === 'kept');
    assert.deepEqual([to.ended, from.ended, proxy.statistics.acted], ['open', 'open', { hole: 1 }]);
  });

  test(`reset_peer ${direction} resets both ends after a time, or as more than so many bytes want through`, async (t) => {
    const { proxy, join } = await scene(t);
    const timed = await join();
    proxy.add(direction, { type: 'reset_peer', timeoutMs: 20 });
    for (const end of [timed.client, timed.server]) {
      await end.until(() => end.closed);
      assert.equal(end.ended, 'reset');
    }
    await proxy.reset();
    const counted = await join();
    const { from, to } = along(direction, counted);
    proxy.add(direction, { type: 'reset_peer', afterBytes: 4 });
    from.socket.write('four');
    await to.until(() => to.heard === 'four');
    to.socket.write('still here');
    await from.until(() => from.heard === 'still here');
    from.socket.write('x');
    for (const end of [from, to]) {
      await end.until(() => end.closed);
      assert.equal(end.ended, 'reset');
    }
    assert.equal(to.heard, 'four');
  });

  test(`slicer ${direction} makes small pieces of a large one, with pauses`, async (t) => {
    const { proxy, join } = await scene(t);
    const { from, to } = along(direction, await join());
    proxy.add(direction, { type: 'slicer', averageBytes: 10, variationBytes: 5, delayMs: 2 });
    const text = Array.from({ length: 20 }, (_, n) => `piece ${n}.`).join('');
    from.socket.write(text);
    await to.until(() => to.heard === text);
    assert.ok(to.pieces.length >= text.length / 15 / 2, `${to.pieces.length} pieces`);
    assert.ok(Math.max(...to.pieces.map((piece) => piece.length)) < 60);
  });

  test(`limit_data ${direction} lets exactly so many bytes through and closes`, async (t) => {
    const { proxy, join } = await scene(t);
    for (const bytes of [0, 5, 70_000]) {
      proxy.add(direction, { type: 'limit_data', bytes });
      const { from, to } = along(direction, await join());
      const text = 'z'.repeat(100_000);
      from.socket.on('error', () => {}).write(text);
      await to.until(() => to.ended === 'ended');
      assert.equal(to.heard, text.slice(0, bytes));
      await from.until(() => from.ended !== 'open');
    }
  });

  test(`half_close ends ${direction} after so many bytes, and the other way goes on`, async (t) => {
    const { proxy, join } = await scene(t);
    const { from, to } = along(direction, await join());
    proxy.add(direction, { type: 'half_close', afterBytes: 3 });
    from.socket.write('abcdef');
    await to.until(() => to.ended === 'ended');
    assert.equal(to.heard, 'abc');
    to.socket.write('I still speak');
    await from.until(() => from.heard === 'I still speak');
    assert.equal(from.ended, 'open');
    assert.equal(proxy.statistics.passedBytes[other(direction)], 13);
  });
}

test('down refuses and closes, up listens again on the same port', async (t) => {
  const { proxy, join } = await scene(t);
  const { client, server } = await join();
  await proxy.down();
  await Promise.all([client, server].map((end) => end.until(() => end.ended !== 'open')));
  const refused = new End(connect({ port: proxy.port, host: '127.0.0.1' }));
  await refused.until(() => refused.closed);
  assert.deepEqual([refused.ended, proxy.statistics.accepted], ['reset', 1]);
  await proxy.up();
  const again = await join();
  again.client.socket.write('hello');
  await again.server.until(() => again.server.heard === 'hello');
});

test('where nobody listens upstream, a connection is closed and counted', async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => void gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => void gone.close(resolve));
  const proxy = await faultProxy({ upstream: { host: '127.0.0.1', port } });
  const client = new End(connect({ port: proxy.port, host: '127.0.0.1' }));
  await client.until(() => client.closed);
  assert.equal(proxy.statistics.unreachable, 1);
  await proxy.close();
});

test('X3: toxicity strikes a share of the connections, and the same seed the same ones', async (t) => {
  const struck = async (seed: string): Promise<string> => {
    const { proxy, join } = await scene(t, seed);
    proxy.add('upstream', { type: 'limit_data', bytes: 1 }, { toxicity: 0.5 });
    let marks = '';
    for (let n = 0; n < 24; n++) {
      const { client, server } = await join();
      client.socket.write('ab');
      await server.until(() => server.ended === 'ended' || server.heard === 'ab');
      marks += server.heard === 'ab' ? '.' : 'x';
    }
    return marks;
  };
  const first = await struck('a');
  assert.equal(await struck('a'), first);
  assert.notEqual(await struck('b'), first);
  const share = first.split('x').length - 1;
  assert.ok(share >= 5 && share <= 19, first);
});

test('X2: a toxic is changed while it holds bytes, and they feel it', async (t) => {
  const { proxy, join } = await scene(t);
  const { client, server } = await join();
  proxy.add('upstream', { type: 'latency', latencyMs: 60_000 });
  client.socket.write('soon');
  while (client.socket.bytesWritten < 4) await new Promise((resolve) => void setImmediate(resolve));
  proxy.add('upstream', { type: 'latency', latencyMs: 1 });
  await server.until(() => server.heard === 'soon');
});

test('X4: closing with connections that are stalled, full, half closed or waiting leaves nothing', async (t) => {
  const { proxy, join } = await scene(t);
  const pairs = [await join(), await join(), await join(), await join()];
  proxy.add('downstream', { type: 'bandwidth', bytesPerSecond: 0 });
  proxy.add('upstream', { type: 'latency', latencyMs: 60_000 });
  pairs[0]?.server.socket.on('error', () => {}).write(Buffer.alloc(5_000_000));
  pairs[1]?.client.socket.on('error', () => {}).write('waiting');
  pairs[2]?.client.socket.end('half');
  const deaf = pairs[3]?.client.socket.pause();
  await proxy.close();
  assert.equal(proxy.statistics.open, 0);
  deaf?.destroy();
});
