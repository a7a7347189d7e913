/** What the coordinator tells besides what it signs: where the round stands. */
import * as z from 'zod';
import { moment } from '../federation/formats.ts';

/** What is asked of the coordinator for display only; nothing in it is signed or decided on. */
export const standing = z.object({
  round: z.number().int(),
  attempt: z.number().int(),
  phase: z.enum(['gathering', 'keys', 'shares', 'uploads', 'confirming', 'summing', 'finished']),
  closesAt: moment.nullable(),
  partners: z.array(
    z.object({
      id: z.string(),
      state: z.enum([
        'absent',
        'expected',
        'keys',
        'shares',
        'uploading',
        'uploaded',
        'confirmed',
        'unmasked',
        'withdrawn',
      ]),
      bytesSent: z.number().int(),
    }),
  ),
});

export type Standing = z.infer<typeof standing>;
