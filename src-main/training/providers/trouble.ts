/** What onnxruntime says when a provider does not work, as one of the closed list of reasons. */
import type { ProviderName, ProviderReason, ProviderTrouble } from '../../contract/providers.ts';

/** Sentences of onnxruntime 1.30 and Dawn; what is not among them is `failed`, with its own words. */
const signs: readonly (readonly [ProviderReason, RegExp])[] = [
  ['not-built', /backend not found|no available backend/i],
  [
    'no-device',
    /No supported adapters|Failed to get a WebGPU (adapter|device)|no CUDA-capable device|CUDA driver version/i,
  ],
  ['library-missing', /Failed to load (shared )?library|cannot open shared object|error loading .*\.(so|dll|dylib)/i],
];

/** @param said the reason of a TRAINING_FAILED that the training process, or its end, gave */
export function troubleOf(provider: ProviderName, said: string): ProviderTrouble {
  const ended = endOfProcess(said);
  if (ended !== undefined) return { provider, reason: 'ended', detail: ended };
  const reason = signs.find(([, sign]) => sign.test(said))?.[0] ?? 'failed';
  return { provider, reason, detail: firstLine(said) };
}

/** @returns how the training process ended, where that is what was said */
export const endOfProcess = (said: string): string | undefined => /^process-ended: (.*)/s.exec(said)?.[1];

/** Without the place in the source of onnxruntime, which comes first and tells nobody anything. */
function firstLine(said: string): string {
  const line = said.split('\n').find((part) => part.trim() !== '') ?? '';
  return line
    .replace(/^\S*onnxruntime_src\S*\s+/, '')
    .replace(/^.*\bwas false\.\s*/, '')
    .trim()
    .slice(0, 300);
}
