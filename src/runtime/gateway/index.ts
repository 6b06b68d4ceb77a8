/**
 * The one way out to a venue: whatever is asked of it passes here, request by request, in the order of urgency, no faster than it allows.
 *
 * Stands as a network in front of the network, and an adapter is given no other: so nothing can go past it. Owns lanes, places,
 * the rate budget and the repeating of reads. Does not own circuits, which stand before the adapter as calls, not requests, are what
 * succeeds or fails; nor what an answer means: that is the adapter's; nor what is due: that is the performer's.
 */
export { Gateway } from './gateway.ts';
export type { GatewayOptions, GatewayPorts, GatewayReads, GatewayRefusal, GatewayStatistics } from './gateway.ts';
