/**
 * The page /stop in a real browser without scripts, while the runtime stands still: on a telephone, on a desk, zoomed, light and dark, by keyboard alone;
 * and what becomes of a wrong secret, a second press, the back button and a reload.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { barriers, browser, browserLacks } from './kit-browser.ts';
import type { Browser, Look, Page } from './kit-browser.ts';
import { until } from './kit-program.ts';
import { freePort, System, TOKEN } from './kit.ts';
import type { Json } from './kit.ts';

const SECRET = 'open sesame';
const LEAST_PX = 44;

/** `zoom`: what a browser does at 200 % is half the room, drawn twice as large. */
const screens = { phone: { width: 360, height: 740 }, 'phone at 200 %': { width: 180, height: 370 }, desk: { width: 1_280, height: 800 }, 'desk at 200 %': { width: 640, height: 400 } } as const;
const looks = (Object.keys(screens) as (keyof typeof screens)[]).flatMap((screen) => (['light', 'dark'] as const).map((colorScheme) => ({ name: `${screen}, ${colorScheme}`, screen, colorScheme })));
const look = (screen: keyof typeof screens, colorScheme: Look['colorScheme'], javaScriptEnabled = false): Look => {
  const isPhone = screen.startsWith('phone');
  return { viewport: screens[screen], deviceScaleFactor: screen.endsWith('%') ? 2 : 1, isMobile: isPhone, hasTouch: isPhone, colorScheme, javaScriptEnabled };
};

/** A system whose runtime stands still, with orders that rest, and where its page is. */
async function standing(context: TestContext): Promise<{ readonly system: System; readonly url: string }> {
  const port = await freePort();
  const system = await System.start(context, { name: 'an-instanceofwhichthenameislong', seed: 97, heartbeatTimeout: '60s', supervisor: { listen: `127.0.0.1:${port}`, secret: SECRET } });
  for (const limitPrice of ['51001', '51002']) {
    const body = JSON.stringify({ key: limitPrice, side: 'buy', instrument: 'BTC/USD', quantity: '0.01', type: 'limit', limitPrice });
    await until('the order is taken', async () => (await fetch(`${system.doorUrl}/api/v1/intents`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body })).ok);
  }
  await until('they rest', async () => (await open(system)).length === 2);
  process.kill(system.life.pid, 'SIGSTOP');
  return { system, url: `http://127.0.0.1:${port}/stop` };
}

const open = async (system: System): Promise<readonly Json[]> => (await system.oracle('orders')).filter(({ state }: Json) => !['filled', 'cancelled', 'expired', 'rejected'].includes(state));
const asks = (system: System): number => (system.supervisor?.log ?? []).filter((line) => JSON.stringify(line).includes('by the path that does not need the runtime')).length;

/** Everything that is pressed is large enough for a thumb, and nothing has to be pushed sideways. */
async function fits(chromium: Browser, url: string, which: Look, about: string): Promise<void> {
  const context = await chromium.newContext(which);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  for (const step of ['the choice', 'the question']) {
    if (step === 'the choice') assert.equal((await page.goto(url))?.status(), 200);
    else await press(page, 'Cancel all');
    const { cssContentSize, cssLayoutViewport } = await session.send('Page.getLayoutMetrics') as Json;
    assert.ok(cssContentSize.width <= cssLayoutViewport.clientWidth, `${about}, ${step}: ${cssContentSize.width} px in ${cssLayoutViewport.clientWidth} px`);
    const pressed = await page.locator('button, a, input:not([type=hidden])').all();
    assert.ok(pressed.length >= 3);
    for (const one of pressed) {
      const box = await one.boundingBox();
      assert.ok(box !== null && box.height >= LEAST_PX && box.width >= LEAST_PX, `${about}, ${step}: ${await one.innerText()} is ${box?.width} × ${box?.height} px`);
    }
  }
  await context.close();
}

/** By Tab until this has the focus, and Enter. */
async function press(page: Page, name: string): Promise<void> {
  await focus(page, name);
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

async function focus(page: Page, name: string): Promise<void> {
  for (let tabs = 0; tabs < 25; tabs += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    if (await focused.count() === 0) continue;
    if ((await focused.innerText()).includes(name) || await page.locator(`:focus[name="${name}"]`).count() > 0) return;
  }
  throw new Error(`nothing named "${name}" is reached by Tab:\n${await page.locator('body').innerText()}`);
}

async function fill(page: Page, words: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(words)) {
    await focus(page, name);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
  }
}

const textOf = (page: Page): Promise<string> => page.locator('main').innerText();

const lacks = browserLacks();
const skip = lacks === undefined ? false : `the page /stop is not tried in a browser: ${lacks}`;

test('without scripts and by keyboard alone an operator stops a runtime that stands still, on any screen; what is pressed twice is done once', { skip, timeout: 180_000 }, async (context) => {
  const { system, url } = await standing(context);
  const chromium = await browser();
  context.after(() => chromium.close());
  for (const { name, screen, colorScheme } of looks) await fits(chromium, url, look(screen, colorScheme), name);
  await guesses(chromium, url);
  assert.equal(asks(system), 0, 'neither looking nor guessing stops anything');

  const phone = await chromium.newContext(look('phone', 'dark'));
  const page = await phone.newPage();
  await page.goto(url);
  assert.match(await textOf(page), /Stop an-instanceofwhichthenameislong[^]*This works while the runtime hangs/);
  await press(page, 'Cancel all');
  await fill(page, { by: 'kim', reason: 'it stands still', secret: SECRET });
  const form = new URLSearchParams({ nonce: await page.locator('[name=nonce]').inputValue(), by: 'kim', reason: 'it stands still', secret: SECRET });
  await focus(page, 'Yes: Cancel all');
  await Promise.all([page.keyboard.press('Enter'), page.keyboard.press('Enter')]);
  await page.waitForURL(/ticket=/);
  await page.waitForLoadState();
  assert.match(await textOf(page), /cancel by kim\s[^]*Reason: it stands still\./);
  assert.match((await page.reload() === null ? '' : await textOf(page)), /cancel by kim/, 'what came of it can be looked at again');
  const receipt = page.url();
  const third = await fetch(`${url}/confirmed`, { method: 'POST', body: form, redirect: 'manual' }); // a browser may have kept the second press for itself
  assert.deepEqual([third.status, new URL(third.headers.get('location') ?? '', url).href], [303, receipt]);
  for (const step of ['back', 'a reload of it']) {
    await (step === 'back' ? page.goBack() : page.reload());
    assert.match(await textOf(page), /Cancel all an-instanceofwhichthenameislong\?/, `${step} leads to the question, and the browser asks nothing of its own`);
  }
  assert.equal(asks(system), 1, 'neither the second press, nor back, nor a reload did anything');
  await page.goto(receipt);
  const shown = await until('the venue has its receipts', async () => {
    await press(page, 'Look again');
    const text = await textOf(page);
    return /alpaca: \w[^]*cancel, after \d+ ms: /.test(text) ? text : undefined;
  });
  assert.match(shown, /fence, after \d+ ms: the runtime is dead and reaped/);
  const [eyes] = await Promise.all([barriersOf(chromium, url, receipt), confirmed(page, system)]);
  assert.deepEqual(eyes, []);
  assert.equal(asks(system), 1);
  assert.equal(system.lives.length, 2, 'one was killed, and one came after it');
});

/** Who does not know the secret is told so, and keeps what was typed. */
async function guesses(chromium: Browser, url: string): Promise<void> {
  const context = await chromium.newContext(look('desk', 'light'));
  const page = await context.newPage();
  await page.goto(url);
  await press(page, 'Flatten');
  await fill(page, { by: 'kim', reason: 'it stands still', secret: 'guess' });
  await press(page, 'Yes: Flatten');
  assert.match(await textOf(page), /The secret is not the one that is configured\. Nothing was done\./);
  assert.equal(await page.locator('#reason').inputValue(), 'it stands still', 'what was typed is still there');
  assert.equal((await page.reload())?.status(), 403, 'sent again it is as wrong');
  await context.close();
}

/** By one who looks again and again. */
async function confirmed(page: Page, system: System): Promise<void> {
  await until('the venue has confirmed', async () => {
    await press(page, 'Look again');
    return /alpaca: CONFIRMED/.test(await textOf(page));
  });
  assert.deepEqual(await open(system), []);
  await until('the next life is there', () => system.lives.length === 2);
}

/** Each page that somebody meets, in both colours. */
async function barriersOf(chromium: Browser, url: string, receipt: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await chromium.newContext(look('phone', colorScheme, true));
    const page = await context.newPage();
    const see = async (name: string): Promise<void> => void found.push(...(await barriers(page)).map((one) => `${name}, ${colorScheme}: ${one}`));
    await page.goto(url);
    await see('the choice');
    await press(page, 'Flatten');
    await see('the question');
    await fill(page, { by: 'kim', secret: 'guess' });
    await press(page, 'Yes: Flatten');
    await see('a wrong secret');
    await page.goto(receipt);
    await see('the receipt');
    await page.goto(`${new URL(url).origin}/nowhere`);
    await see('a refusal');
    await context.close();
  }
  return found;
}
