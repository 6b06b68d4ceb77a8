import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServedAnswer } from '../../ports/index.ts';
import { VirtualClock } from '../../sim/index.ts';
import { stopPage, stopSocket } from './index.ts';
import type { StopView, StopWish } from './index.ts';

function paged(secret?: string) {
  const clock = new VirtualClock({ settle: () => Promise.resolve() });
  const wishes: StopWish[] = [];
  const state: { view: StopView | undefined } = { view: undefined };
  let id = 0;
  const path = {
    ask: (wish: StopWish): StopView => (wishes.push(wish), state.view = { ...wish, id: 's', sinceMs: 0, state: 'sweeping', remembered: true, receipts: [], venues: [{ venue: 'alpaca', state: 'working', sweeps: 1, cancels: 2, closings: 0, open: ['<b>order'], receipts: [] }] }),
    leave: () => false,
    get view() { return state.view; },
  };
  const page = stopPage({ path, instance: 'a<b', clock, ids: { id: () => `nonce-${(id += 1)}` }, isOurHost: (host) => host === 'here:7342', ...(secret === undefined ? {} : { knows: (given) => given === secret }) });
  const ask = async (method: string, url: string, form: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Extract<ServedAnswer, { kind: 'answer' }>> => {
    const { pathname, searchParams } = new URL(url, 'http://here:7342');
    const answer = await page.request({ method, path: pathname, query: searchParams, headers: { host: 'here:7342', ...headers }, body: new TextEncoder().encode(new URLSearchParams(form).toString()), peer: '1' });
    assert.ok(answer.kind === 'answer');
    return answer;
  };
  const nonceOf = async (word: string): Promise<string> => /name="nonce" value="([^"]+)"/.exec(String((await ask('GET', `/stop/question?word=${word}`)).body))?.[1] ?? '';
  return { clock, wishes, ask, nonceOf, path };
}

test('P1: a button does nothing; the form behind it does, once, within two minutes', async () => {
  const { clock, wishes, ask, nonceOf } = paged();
  const nonce = await nonceOf('flatten');
  assert.deepEqual(wishes, []);
  assert.equal((await ask('POST', '/stop/confirmed', { word: 'flatten' })).status, 403, 'a form from elsewhere has no nonce');
  const done = await ask('POST', '/stop/confirmed', { nonce, by: 'kim', reason: 'get out' });
  assert.equal(done.status, 303);
  assert.deepEqual(wishes, [{ word: 'flatten', by: 'kim', reason: 'get out' }]);
  const twice = await ask('POST', '/stop/confirmed', { nonce, by: 'kim', reason: 'get out' });
  assert.deepEqual([twice.status, twice.headers['location'], wishes.length], [303, done.headers['location'], 1], 'pressed twice it is done once, and whoever pressed sees it, not that nothing was done');
  const late = await nonceOf('halt');
  await clock.runFor(120_001);
  assert.equal((await ask('POST', '/stop/confirmed', { nonce: late })).status, 403);
  assert.equal(wishes.length, 1);
});

test('P2: without the secret nothing is done and nothing shown, and after five wrong ones none is heard for a minute', async () => {
  const { clock, wishes, ask, nonceOf, path } = paged('open sesame');
  path.ask({ word: 'cancel', by: 'sam', reason: 'x' });
  assert.doesNotMatch(String((await ask('GET', '/stop')).body), /alpaca/);
  const nonce = await nonceOf('halt');
  for (let tries = 0; tries < 5; tries += 1) assert.equal((await ask('POST', '/stop/confirmed', { nonce, secret: 'guess' })).status, 403);
  assert.equal((await ask('POST', '/stop/confirmed', { nonce, secret: 'open sesame' })).status, 429);
  assert.equal(wishes.length, 1);
  await clock.runFor(60_001);
  const done = await ask('POST', '/stop/confirmed', { nonce, secret: 'open sesame' });
  assert.equal(done.status, 303);
  assert.match(String((await ask('GET', done.headers['location'] ?? '')).body), /alpaca/);
});

test('after a wrong secret the form is there again with what was typed, but for the secret', async () => {
  const { wishes, ask, nonceOf } = paged('open sesame');
  const nonce = await nonceOf('flatten');
  const { status, body } = await ask('POST', '/stop/confirmed', { nonce, by: 'kim', reason: 'a "fire"', secret: 'guess' });
  assert.equal(status, 403);
  assert.match(String(body), /role="alert">The secret is not the one that is configured\. Nothing was done\./);
  assert.match(String(body), /name="by"[^>]* value="kim"/);
  assert.match(String(body), /name="reason"[^>]* value="a &quot;fire&quot;"/);
  assert.doesNotMatch(String(body), /guess/);
  assert.equal((await ask('POST', '/stop/confirmed', { nonce, by: 'kim', secret: 'open sesame' })).status, 303);
  assert.equal((await ask('POST', '/stop/confirmed', { nonce, secret: 'guess' })).status, 403, 'nor does a used form show anything without the secret');
  assert.deepEqual(wishes.map(({ word, by }) => [word, by]), [['flatten', 'kim']]);
});

test('P5: the page is looked at again by a link, and by itself only for who chose that, while there is something to see', async () => {
  const { ask, path } = paged();
  path.ask({ word: 'cancel', by: 'sam', reason: 'x' });
  const still = String((await ask('GET', '/stop')).body);
  assert.doesNotMatch(still, /http-equiv="refresh"/);
  assert.match(still, />Look again<[^]*>Look every 3 seconds by itself</);
  const followed = String((await ask('GET', '/stop?ticket=&follow=yes')).body);
  assert.match(followed, /http-equiv="refresh" content="3"/);
  assert.match(followed, />No more by itself</);
});

test('P3: under a name that is not ours, or for a form of another site, nothing is done', async () => {
  const { wishes, ask, nonceOf } = paged();
  assert.equal((await ask('GET', '/stop', {}, { host: 'evil.example' })).status, 421);
  const nonce = await nonceOf('halt');
  assert.equal((await ask('POST', '/stop/confirmed', { nonce }, { origin: 'https://evil.example' })).status, 403);
  assert.deepEqual(wishes, []);
});

test('P4: what came from outside is text, there is no script, and each field has a label', async () => {
  const { ask, path } = paged();
  path.ask({ word: 'cancel', by: '<script>alert(1)</script>', reason: '"\'&' });
  const { body, headers } = await ask('GET', '/stop');
  assert.doesNotMatch(String(body), /<script|<b>order/);
  assert.match(String(body), /&lt;script&gt;/);
  assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/);
  const second = String((await ask('GET', '/stop/question?word=halt')).body);
  for (const [, name] of second.matchAll(/<input id="(\w+)"/g)) assert.match(second, new RegExp(`<label for="${name ?? ''}"`));
  assert.match(second, /<html lang="en">/);
  assert.equal((await ask('GET', '/stop/question?word=kill')).status, 400, 'a kill is for the command line');
});

test('the socket takes a stop without a well-formed body, and says no to a word that it does not know', async () => {
  const { path, wishes } = paged();
  const ask = async (method: string, at: string, body = ''): Promise<number> => {
    const answer = await stopSocket(path).request({ method, path: at, query: new URLSearchParams(), headers: {}, body: new TextEncoder().encode(body), peer: '' });
    return answer.kind === 'answer' ? answer.status : 0;
  };
  assert.equal(await ask('POST', '/api/v1/stop-all', '{"word":'), 202);
  assert.equal(wishes[0]?.word, 'cancel');
  assert.deepEqual([await ask('POST', '/api/v1/stop-all', '{"word":"explode"}'), await ask('POST', '/api/v1/start-again'), await ask('GET', '/api/v1/stop-all'), await ask('GET', '/')], [400, 409, 200, 404]);
});
