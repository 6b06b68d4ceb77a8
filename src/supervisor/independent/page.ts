/**
 * The page `/stop`: a form that any browser can send, on any telephone, without scripts, while the runtime hangs.
 *
 *   P1. Nothing is done by one request: a button leads to a second page, and only the nonce of that page does it, once, within two minutes.
 *       Another site can send a form here; it cannot read that page. Sent again, that form does nothing and leads to what the first one does.
 *   P2. Where a secret is configured nothing is done and nothing is shown without it. Wrong ones are counted, and after five in a minute none is heard.
 *   P3. Only a request that names one of the hosts we are reached by is answered, so that no foreign name can be bent to this address.
 *   P4. Every text that came from outside is shown as text.
 *   P5. Nothing moves by itself that nobody asked to: the page is looked at again by a link, and every 3 s only for who chose that.
 */
import type { Clock, Headers, Ids, NetApp, ServedAnswer, ServedRequest } from '../../ports/index.ts';
import type { IndependentPath } from './path.ts';
import { isStopWord } from './words.ts';
import type { Receipt, StopView, StopWord, VenueView } from './words.ts';

export type StopPageOptions = {
  readonly path: Pick<IndependentPath, 'ask' | 'view'>;
  readonly instance: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Absent where everybody who reaches the page may use it. */
  readonly knows?: (presented: string | undefined) => boolean;
  /** Whether this is a host by which we are reached, as browsers name it. */
  readonly isOurHost: (host: string) => boolean;
};

const NONCE_FOR_MS = 120_000;
const NONCES_AT_MOST = 100;
const WRONG_AT_MOST = 5;
const WRONG_WITHIN_MS = 60_000;

const about: Readonly<Record<Exclude<StopWord, 'kill'>, { readonly button: string; readonly says: string }>> = {
  halt: { button: 'Halt', says: 'Nothing new leaves. Orders that wait at the venues stay there.' },
  cancel: { button: 'Cancel all', says: 'Nothing new leaves, and every open order of ours is cancelled.' },
  flatten: { button: 'Flatten', says: 'Nothing new leaves, every open order is cancelled, and every position is closed at the market.' },
};
const isShown = (word: unknown): word is keyof typeof about => isStopWord(word) && word !== 'kill';

export function stopPage(options: StopPageOptions): NetApp {
  const page = new Page(options);
  return { request: (request) => Promise.resolve(page.answer(request)) };
}

class Page {
  readonly #options: StopPageOptions;
  readonly #nonces = new Map<string, { readonly word: keyof typeof about; readonly untilMs: number }>();
  readonly #tickets = new Set<string>(); // who has shown the secret may see how it goes
  readonly #used = new Map<string, { readonly ticket: string; readonly untilMs: number }>(); // by nonce: a button is easily pressed twice
  #wrongAtMs: readonly number[] = [];

  constructor(options: StopPageOptions) {
    this.#options = options;
  }

  answer(request: ServedRequest): ServedAnswer {
    const { headers, method, path } = request;
    if (!this.#options.isOurHost(headers['host'] ?? '')) return this.#refuse(421, 'This page is not served under that name.'); // P3
    const { origin } = headers;
    if (method === 'POST' && origin !== undefined && origin !== 'null' && !this.#options.isOurHost(origin.replace(/^https?:\/\//, ''))) return this.#refuse(403, 'Another site sent this form. Nothing was done.');
    if (method === 'GET' && path === '/stop') return this.#choice(request);
    if (method === 'GET' && path === '/stop/question') return this.#confirmation(request.query); // not POST: the way back to it must not ask whether to send a form again
    if (method === 'POST' && path === '/stop/confirmed') return this.#carryOut(formIn(request));
    return method === 'GET' && path === '/' ? { kind: 'answer', status: 303, headers: { location: '/stop' }, body: '' } : this.#refuse(404, 'There is nothing here but /stop.');
  }

  #choice({ query }: ServedRequest): ServedAnswer {
    const { path, instance, knows } = this.#options;
    const maySee = knows === undefined || this.#tickets.has(query.get('ticket') ?? '');
    const { view } = path;
    const ticket = query.get('ticket') ?? '';
    const isFollowed = query.get('follow') === 'yes' && maySee && view !== undefined && view.state !== 'over';
    const buttons = Object.entries(about).map(([word, { button, says }]) => `<p><button name="word" value="${word}" class="${word}">${button}</button><br>${says}</p>`).join('\n');
    const body = `<h1>Stop ${escaped(instance)}</h1>
${maySee && view !== undefined ? `${progressOf(view)}\n${again(ticket, isFollowed, view.state === 'over')}` : ''}
<form action="/stop/question">
<p>This works while the runtime hangs: it is killed first, and started again halted. You are asked once more before anything is done.</p>
${buttons}
</form>`;
    return shown(200, `Stop ${instance}`, body, isFollowed ? '<meta http-equiv="refresh" content="3">' : ''); // P5
  }

  #confirmation(query: URLSearchParams): ServedAnswer {
    const word = query.get('word');
    if (!isShown(word)) return this.#refuse(400, 'The form named nothing that can be done here. Nothing was done.');
    const { clock, ids } = this.#options;
    const nowMs = clock.monotonicMs();
    for (const kept of [this.#nonces, this.#used]) {
      for (const [nonce, { untilMs }] of kept) if (untilMs < nowMs || kept.size >= NONCES_AT_MOST) kept.delete(nonce);
    }
    const nonce = ids.id();
    this.#nonces.set(nonce, { word, untilMs: nowMs + NONCE_FOR_MS });
    return this.#question(200, word, nonce, new URLSearchParams());
  }

  /** @param given what was typed already, but for the secret */
  #question(status: number, word: keyof typeof about, nonce: string, given: URLSearchParams, alert = ''): ServedAnswer {
    const { instance, knows } = this.#options;
    const secret = knows === undefined ? '' : '<p><label for="secret">Secret</label><br><input id="secret" name="secret" type="password" autocomplete="current-password" required></p>';
    const typed = (name: string): string => `value="${escaped(given.get(name) ?? '')}"`;
    return shown(status, `${about[word].button}?`, `<h1>${about[word].button} ${escaped(instance)}?</h1>
${alert === '' ? '' : `<p role="alert">${escaped(alert)}</p>\n`}<p>${about[word].says}</p>
<form method="post" action="/stop/confirmed">
<input type="hidden" name="nonce" value="${escaped(nonce)}">
<p><label for="by">Your name</label><br><input id="by" name="by" autocomplete="name" maxlength="80" ${typed('by')}></p>
<p><label for="reason">Reason</label><br><input id="reason" name="reason" maxlength="400" ${typed('reason')}></p>
${secret}
<p><button class="${word}">Yes: ${about[word].button}</button></p>
</form>
<p><a href="/stop">No, go back</a></p>`);
  }

  #carryOut(form: URLSearchParams): ServedAnswer {
    const { path, clock, ids, knows } = this.#options;
    const nowMs = clock.monotonicMs();
    const nonce = form.get('nonce') ?? '';
    const asked = this.#nonces.get(nonce);
    if (knows !== undefined) { // P2
      this.#wrongAtMs = this.#wrongAtMs.filter((atMs) => nowMs - atMs < WRONG_WITHIN_MS);
      if (this.#wrongAtMs.length >= WRONG_AT_MOST) return this.#refuse(429, 'Too many wrong secrets. Wait a minute, or use "breakwater stop-all" on the machine itself. Nothing was done.');
      if (!knows(form.get('secret') ?? undefined)) {
        this.#wrongAtMs = [...this.#wrongAtMs, nowMs];
        const why = 'The secret is not the one that is configured. Nothing was done.';
        return asked === undefined ? this.#refuse(403, why) : this.#question(403, asked.word, nonce, form, why);
      }
    }
    const before = this.#used.get(nonce);
    if (before !== undefined && before.untilMs >= nowMs) return under(before.ticket); // P1
    this.#nonces.delete(nonce);
    if (asked === undefined || asked.untilMs < nowMs) return this.#refuse(403, 'This confirmation is none of ours, or is older than two minutes. Nothing was done.');
    path.ask({ word: asked.word, by: worded(form.get('by'), 'somebody at the page /stop'), reason: worded(form.get('reason'), 'no reason given') });
    const ticket = ids.id();
    this.#tickets.add(ticket);
    this.#used.set(nonce, { ticket, untilMs: nowMs + NONCE_FOR_MS });
    return under(ticket);
  }

  #refuse(status: number, why: string): ServedAnswer {
    return shown(status, 'Not done', `<h1>Not done</h1>\n<p role="alert">${escaped(why)}</p>\n<p><a href="/stop">Back</a></p>`);
  }
}

const seeing = (ticket: string, follow = ''): string => `/stop?ticket=${encodeURIComponent(ticket)}${follow}`;

/** To the page that shows how it goes. */
const under = (ticket: string): ServedAnswer => ({ kind: 'answer', status: 303, headers: { ...safe, location: seeing(ticket) }, body: '' });

/** P5. */
function again(ticket: string, isFollowed: boolean, isOver: boolean): string {
  const [here, followed] = [seeing(ticket), seeing(ticket, '&follow=yes')].map(escaped);
  const own = isOver ? '' : isFollowed ? `<br><a href="${here ?? ''}">No more by itself</a>` : `<br><a href="${followed ?? ''}">Look every 3 seconds by itself</a>`;
  return `<p><a href="${(isFollowed ? followed : here) ?? ''}">Look again</a>${own}</p>`;
}

const stateWords: Readonly<Record<StopView['state'], string>> = {
  fencing: 'The runtime is being killed.', sweeping: 'The runtime is dead. The venues are being swept.', confirmed: 'Every venue has confirmed.', over: 'Over: the runtime was started again, halted.',
};

function progressOf({ word, by, reason, state, remembered, receipts, venues }: StopView): string {
  return `<section aria-live="polite"><h2>${escaped(word)} by ${escaped(by)}</h2>
<p><strong>${stateWords[state]}</strong> Reason: ${escaped(reason)}.${remembered ? '' : ' <strong>Not remembered yet:</strong> the emergency log has not taken it.'}</p>
<ol>${receipts.map(lineOf).join('')}</ol>
${venues.map(venueOf).join('\n')}</section>`;
}

const lineOf = ({ step, outcome, tookMs, detail }: Receipt): string => `<li>${escaped(step)}${outcome === 'late' ? ', LATE' : ''}, after ${tookMs} ms: ${escaped(detail)}</li>`;
const venueOf = ({ venue, state, sweeps, cancels, closings, open, receipts }: VenueView): string =>
  `<h3>${escaped(venue)}: ${state}</h3>\n<ol>${receipts.map(lineOf).join('')}</ol><p>${sweeps} sweeps, ${cancels} cancels, ${closings} closing orders.</p>${open.length === 0 ? '' : `<p>Not stopped yet:</p><ul>${open.slice(0, 20).map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>`}`;

const safe: Headers = {
  'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
};

const style = `:root{color-scheme:light dark}
body{font:1.25rem/1.5 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem;color:#111;background:#fff;overflow-wrap:anywhere}
a{display:inline-block;padding:.5rem 0;min-height:1.75rem}
button{font:inherit;font-weight:bold;width:100%;min-height:4.5rem;border:3px solid #111;border-radius:.5rem;background:#fff;color:#111}
button.cancel{background:#7a3d00;color:#fff}button.flatten{background:#8b0000;color:#fff}
button:focus,input:focus,a:focus{outline:4px solid #0b57d0;outline-offset:2px}input{font:inherit;width:100%;min-height:3rem;box-sizing:border-box}
@media(prefers-color-scheme:dark){body{color:#eee;background:#111}button{border-color:#eee;background:#111;color:#eee}a{color:#9cf}button:focus,input:focus,a:focus{outline-color:#9cf}}`;

const shown = (status: number, title: string, body: string, head = ''): ServedAnswer => ({
  kind: 'answer', status, headers: { 'content-type': 'text/html; charset=utf-8', ...safe },
  body: `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${head}<title>${escaped(title)}</title><style>${style}</style></head>\n<body><main>\n${body}\n</main></body>\n</html>\n`,
});

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => entities[one] ?? one); // P4

const formIn = ({ body }: ServedRequest): URLSearchParams => new URLSearchParams(new TextDecoder().decode(body));
const worded = (text: string | null, otherwise: string): string => (text === null || text.trim() === '' ? otherwise : text.trim().slice(0, 400));
