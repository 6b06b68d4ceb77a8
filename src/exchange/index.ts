/**
 * An invented exchange: a matching engine with balances, fees and a log of its own, and a seeded or recorded market around it.
 * It serves a `Desk`; a dialect gives that desk a venue's protocol. It runs inside a simulation as well as behind real sockets.
 *
 * Everything that happens is an event; the state is a fold over the events; an event is durable in the log before anybody is
 * answered, shown or told. So the exchange may be killed at any moment and opens again as it was.
 * The shapes that tests and people can look at are described in `oracle.ts`, the events in `event.ts`.
 */
export type { Calendar } from './calendar.ts';
export { createExchange } from './exchange.ts';
export type { Exchange } from './exchange.ts';
export { ExchangeLogError, ExchangeOptionsError, ExchangeStoppedError } from './errors.ts';
export type { LogEvent, TradeParty } from './event.ts';
export { memoryLog } from './log.ts';
export type { ExchangeLog, MemoryLog } from './log.ts';
export { defaultAccounts, defaultFees, defaultHouse, defaultInstruments, defaultPrices } from './options.ts';
export type { AccountOptions, ExchangeOptions, FeeOptions, HouseOptions, PriceSource } from './options.ts';
export type { Oracle, OracleAccount, OracleOrder, OracleTotals, OracleTrade } from './oracle.ts';
export type { ProtectionOptions } from './protections.ts';
export type { Point, Step } from './replay.ts';
