/** The steps of a wizard: number or check in a ring, name, then the one fact that the step has decided. */
import { IconCheck, IconX } from '@tabler/icons-react';
import { Fragment, type ReactNode } from 'react';
import classes from './Stepper.module.css';

export type Step = {
  readonly id: string;
  readonly label: string;
  readonly fact?: ReactNode;
  readonly state: 'done' | 'current' | 'failed' | 'todo';
  /** Done steps can be opened again. */
  readonly onOpen?: () => void;
};

export function Stepper({ label, steps }: { label: string; steps: readonly Step[] }) {
  return (
    <nav aria-label={label} className={classes.stepper}>
      <ol className={classes.steps}>
        {steps.map((step, index) => (
          <Fragment key={step.id}>
            {index > 0 && <li aria-hidden className={classes.line} />}
            <li
              className={classes.step}
              data-state={step.state}
              aria-current={step.state === 'current' ? 'step' : undefined}
            >
              {step.onOpen ? (
                <button type="button" className={classes.open} onClick={step.onOpen}>
                  <StepText step={step} number={index + 1} />
                </button>
              ) : (
                <StepText step={step} number={index + 1} />
              )}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}

function StepText({ step, number }: { step: Step; number: number }) {
  return (
    <>
      <span className={classes.ring}>
        {step.state === 'done' ? <IconCheck aria-hidden /> : step.state === 'failed' ? <IconX aria-hidden /> : number}
      </span>
      <span className={classes.label}>{step.label}</span>
      {step.fact && <span className={classes.fact}>{step.fact}</span>}
    </>
  );
}
