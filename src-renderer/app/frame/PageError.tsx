/** Stands where a page would be when it could not be drawn; the frame around it goes on working. */
import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorState } from '../../parts/ErrorState.tsx';

export const PageError = ({ error, reset }: ErrorComponentProps) => <ErrorState error={error} onRetry={reset} />;
