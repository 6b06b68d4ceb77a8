/** What is told to whoever runs it as a service. */
import { z } from 'zod';

export const health = z.strictObject({ healthy: z.boolean(), url: z.string(), status: z.int().nullable().describe('of its answer; null where none came'), why: z.string().describe('it is not healthy; else empty') });

export const servicePrint = z.strictObject({ unit: z.string(), path: z.string().describe('where systemd looks for it'), credentials: z.array(z.string()).describe('the secrets it is given, by name') });
