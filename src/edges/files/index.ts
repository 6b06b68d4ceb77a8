/** Files: a log of lines that survives a kill, what is left of a rate budget, and readers of recorded market data. */
export { LineLogError, openLineLog } from './line-log.ts';
export type { LineLog } from './line-log.ts';
export { fileQuotaStore } from './quota-file.ts';
export { RecordingError, openRecording } from './recording.ts';
export type { Recording } from './recording.ts';
