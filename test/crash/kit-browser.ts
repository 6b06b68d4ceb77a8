/**
 * A real browser without a window. It is no dependency of anything but these tests, so it is asked for at run time: whoever has none can run all the rest.
 *
 * Owns starting it; scripts/suite/browser.ts finds it, and provides it on a build machine. Of the library that drives it only what is used here is named.
 */
import { createRequire } from 'node:module';
import { chromium as executable } from '../../scripts/suite/browser.ts';

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
export type Found = {
  all(): Promise<readonly Found[]>;
  count(): Promise<number>;
  boundingBox(): Promise<Box | null>;
  inputValue(): Promise<string>;
  textContent(): Promise<string | null>;
  innerText(): Promise<string>;
};
export type Page = {
  goto(url: string): Promise<{ status(): number } | null>;
  reload(): Promise<{ status(): number } | null>;
  goBack(): Promise<unknown>;
  waitForURL(url: RegExp, options?: object): Promise<void>;
  waitForEvent(event: 'load'): Promise<unknown>;
  waitForLoadState(): Promise<void>;
  url(): string;
  locator(selector: string): Found;
  evaluate(script: string): Promise<unknown>;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
};
export type Look = { readonly viewport: { readonly width: number; readonly height: number }; readonly deviceScaleFactor?: number; readonly isMobile?: boolean; readonly hasTouch?: boolean; readonly colorScheme: 'light' | 'dark'; readonly javaScriptEnabled: boolean };
type Context = { newPage(): Promise<Page>; newCDPSession(page: Page): Promise<{ send(method: string): Promise<unknown> }>; close(): Promise<void> };
export type Browser = { newContext(look: Look): Promise<Context>; close(): Promise<void> };

const require = createRequire(import.meta.url);
const library: string = 'playwright-core'; // not known to the compiler, so that a clone whose packages are older can still be checked

/** Why there is none; undefined where there is one. */
export function browserLacks(): string | undefined {
  if (executable() === undefined) return 'no Chromium is installed: "apt-get install chromium", or name one in BREAKWATER_CHROMIUM';
  try {
    require.resolve(library);
    return undefined;
  } catch {
    return `${library} is not installed: "npm install"`;
  }
}

export async function browser(): Promise<Browser> {
  const { chromium } = await import(library) as { readonly chromium: { launch(options: object): Promise<Browser> } };
  return chromium.launch({ executablePath: executable(), headless: true, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'] });
}

type Violation = { readonly id: string; readonly help: string; readonly nodes: readonly { readonly html: string }[] };

/** What stands in the way of people who see, hear or move otherwise, as far as a program finds it. The page must allow scripts. */
export async function barriers(page: Page): Promise<readonly string[]> {
  const { source } = require('axe-core') as { readonly source: string };
  await page.evaluate(source);
  const { violations } = await page.evaluate('axe.run()') as { readonly violations: readonly Violation[] };
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
}
