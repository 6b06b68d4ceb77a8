/**
 * Processes and threads of this machine: the runtime under its supervisor, whoever oversees the service, tools that answer in lines, signals, the terminal.
 *
 * Owns process groups, the channel between supervisor and runtime, heartbeats and reaping. Does not own when a process is
 * started, killed or given up: that is the supervisor's.
 */
export { FRUGAL, spawnChild } from './child.ts';
export type { SpawnOptions } from './child.ts';
export { HEARTBEAT_MS, parentOf } from './parent.ts';
export type { Parent } from './parent.ts';
export { exitProcess, onEndSignal, onUncaught } from './signals.ts';
export type { EndSignal } from './signals.ts';
export { folderAt, temporaryFolder } from './folders.ts';
export { onStarterGone, spawnTool } from './tool.ts';
export type { Tool } from './tool.ts';
export { answerAsThread, startThread } from './thread.ts';
export type { Answered, Thread } from './thread.ts';
export { oversight } from './overseer.ts';
export type { Oversight } from './overseer.ts';
export { nodeProgram, printed, terminal } from './terminal.ts';
export type { ColourWish, Style, Terminal } from './terminal.ts';
