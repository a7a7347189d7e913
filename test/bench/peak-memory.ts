/** How much memory a process has held at most. */
import { readFileSync } from 'node:fs';

/**
 * Highest resident size in bytes. Where the kernel tells it of the program alone: what `getrusage` tells begins with the
 * peak of the process that started this one.
 */
export function peakResident(pid: number | 'self' = 'self'): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}
