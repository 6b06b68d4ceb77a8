/**
 * The network of this machine, as the `Net` port: undici asks, ws opens, fastify and ws serve.
 *
 * Owns deadlines, connections and which of them is used, and what can be known of a request whose answer did not come. Does not own retries, redirects, sessions
 * or the meaning of any status: whoever asks decides what to do with doubt.
 */
export { realNet } from './net.ts';
export type { NetOptions, NetStatistics, RealNet } from './net.ts';
export { LIVING_PEERS_SPEAK_WITHIN_MS } from './silence.ts';
export { ListenError } from './errors.ts';
