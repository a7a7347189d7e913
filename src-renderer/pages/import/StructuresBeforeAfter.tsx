/** What standardisation will make of the file's structures: counted, and drawn before and after for the most frequent steps. */
import { ActionIcon, Button, Select } from '@mantine/core';
import { ORPCError } from '@orpc/client';
import { IconArrowDown, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StandardisationStep, standardisationStep } from '../../../src-main/contract/chemistry.ts';
import { type StructuresCheck, structuresCheck } from '../../../src-main/contract/intake.ts';
import type { Job } from '../../../src-main/contract/jobs.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { isLive } from '../../app/jobs.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Meter } from '../../parts/Meter.tsx';
import { Molecule } from '../../parts/Molecule.tsx';
import { Section } from '../../parts/Page.tsx';
import { StructureFailures } from './StructureFailures.tsx';
import classes from './StructuresBeforeAfter.module.css';
import type { Starting } from './step.ts';

type Props = {
  readonly job: Job | undefined;
  readonly start: Starting;
};

export function StructuresBeforeAfter({ job, start }: Props) {
  const { t } = useTranslation('intake');
  const result = job?.state === 'done' ? structuresCheck.safeParse(job.result).data : undefined;
  if (result === undefined) {
    return (
      <Section title={t('structures.title')} flush>
        <div className={classes.waiting}>
          <Waiting job={job} start={start} />
        </div>
      </Section>
    );
  }
  return (
    <Section title={t('structures.title')} facts={<Counts check={result} />} flush>
      {result.structures > 0 && <Cards check={result} />}
      {result.failures.length > 0 && <StructureFailures failures={result.failures} />}
    </Section>
  );
}

function Waiting({ job, start }: Props) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const { client } = useEngine();
  const cancel = useMutation({ mutationFn: (id: string) => client.jobs.cancel({ id }) });
  if (start.error) return <ErrorLine error={start.error} />;
  if (job === undefined) return <span className="small third">{t('structures.soon')}</span>;
  if (isLive(job)) {
    return (
      <>
        <span className="small second">
          {job.total === null
            ? t('structures.reading', { count: job.done })
            : t('structures.running', { done: job.done, total: job.total })}
        </span>
        <Meter label={t('structures.title')} done={job.done} total={job.total} width={160} />
        {job.left !== null && (
          <span className="small third">{t('frame:jobs.left', { time: format.duration(job.left) })}</span>
        )}
        <Button size="small" variant="quiet" disabled={cancel.isPending} onClick={() => cancel.mutate(job.id)}>
          {t('frame:jobs.cancel')}
        </Button>
      </>
    );
  }
  return (
    <>
      {job.error ? (
        <ErrorLine error={new ORPCError(job.error.code, { data: job.error.data })} />
      ) : (
        <span className="small second">{t('structures.cancelled')}</span>
      )}
      <Button size="small" disabled={start.isPending} onClick={() => start.mutate()}>
        {t('structures.again')}
      </Button>
    </>
  );
}

/** Of how many, what becomes of them; a structure may count under several steps. */
function Counts({ check }: { check: StructuresCheck }) {
  const { t } = useTranslation('intake');
  const { structures, whole, steps, unchanged, failed } = check;
  if (structures === 0) return t('structures.none');
  const parts = [
    ...byFrequency(check).map((step) =>
      t(`structures.lose.${step}`, { count: steps.find((one) => one.step === step)?.structures ?? 0 }),
    ),
    t('structures.unchanged', { count: unchanged }),
    ...(failed > 0 ? [t('structures.failed', { count: failed })] : []),
  ];
  return (
    <>
      {t(whole ? 'structures.of' : 'structures.ofFirst', { count: structures })} {parts.join(t('structures.comma'))}
    </>
  );
}

const byFrequency = ({ steps }: StructuresCheck): readonly StandardisationStep[] =>
  [...steps].sort((one, other) => other.structures - one.structures).map(({ step }) => step);

const cardsShown = 3;

function Cards({ check }: { check: StructuresCheck }) {
  const { t } = useTranslation('intake');
  const [chosen, setChosen] = useState<Readonly<Record<number, StandardisationStep>>>({});
  const frequent = byFrequency(check);
  const shown = frequent.slice(0, cardsShown).map((step, place) => chosen[place] ?? step);
  const [most] = frequent;
  const further = check.examples
    .filter(({ step }) => step === most)
    .slice(1, 1 + cardsShown - shown.length)
    .map((_, index) => index + 1);
  if (most === undefined) return <p className={classes.none}>{t('structures.noneChanges')}</p>;
  return (
    <div className={classes.cards}>
      {shown.map((step, place) => (
        <Card
          // biome-ignore lint/suspicious/noArrayIndexKey: a card is its place; what it shows can be chosen
          key={`${place} ${step}`}
          check={check}
          step={step}
          others={frequent.filter((one) => one === step || !shown.includes(one))}
          onChoose={(next) => setChosen({ ...chosen, [place]: next })}
        />
      ))}
      {further.map((first) => (
        <Card key={first} check={check} step={shown[0] ?? most} others={[]} first={first} />
      ))}
    </div>
  );
}

type CardProps = {
  readonly check: StructuresCheck;
  readonly step: StandardisationStep;
  /** What the card could show: its own step and those that no other card shows. */
  readonly others: readonly StandardisationStep[];
  readonly onChoose?: (step: StandardisationStep) => void;
  /** Index of the example shown at the beginning. */
  readonly first?: number;
};

const drawing = { width: 232, height: 128 };

function Card({ check, step, others, onChoose, first = 0 }: CardProps) {
  const { t } = useTranslation(['intake', 'structures']);
  const [at, setAt] = useState(first);
  const examples = check.examples.filter((example) => example.step === step);
  const example = examples[at];
  const count = check.steps.find((one) => one.step === step)?.structures ?? 0;
  const name = t(`structures:steps.${step}`);
  /** Cards of the same step are told apart by where they begin. */
  const label = first === 0 ? name : `${name} ${first + 1}`;
  if (example === undefined) return null;
  const { companyId, line, kind, structure, smiles } = example;
  return (
    <section className={classes.card} aria-label={label}>
      <header className={classes.head}>
        {others.length > 1 ? (
          <Select
            aria-label={t('structures.stepShown')}
            className={classes.choose!}
            data={others.map((one) => ({ value: one, label: t(`structures:steps.${one}`) }))}
            value={step}
            onChange={(value) => onChoose?.(standardisationStep.parse(value))}
          />
        ) : (
          <h3 className={classes.name}>{name}</h3>
        )}
      </header>
      <div className={classes.walk}>
        <span className={classes.pages}>
          <ActionIcon
            size={24}
            aria-label={t('structures.previous', { step: label })}
            disabled={at === 0}
            onClick={() => setAt(at - 1)}
          >
            <IconChevronLeft aria-hidden />
          </ActionIcon>
          <span aria-live="polite">{t('check.of', { at: at + 1, all: count })}</span>
          <ActionIcon
            size={24}
            aria-label={t('structures.next', { step: label })}
            disabled={at >= examples.length - 1}
            onClick={() => setAt(at + 1)}
          >
            <IconChevronRight aria-hidden />
          </ActionIcon>
        </span>
      </div>
      <p className={classes.label}>
        {t('structures.before')}
        <span className="code cut" title={t('check.line', { line })}>
          {companyId}
        </span>
      </p>
      <Molecule
        kind={kind}
        text={structure}
        compareWith={{ kind: 'smiles', text: smiles }}
        {...drawing}
        label={t('structures.beforeOf', { id: companyId })}
      />
      <div className={classes.arrow}>
        <IconArrowDown aria-hidden />
      </div>
      <p className={classes.label}>{t('structures.after')}</p>
      <Molecule
        text={smiles}
        alignTo={{ kind, text: structure }}
        compareWith={{ kind, text: structure }}
        {...drawing}
        label={t('structures.afterOf', { id: companyId })}
      />
    </section>
  );
}
