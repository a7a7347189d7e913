/** Structures that get no standard form: each reason with its count, and the first ones with what the toolkit said. */
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StructuresCheck } from '../../../src-main/contract/intake.ts';
import { useFormat } from '../../app/format.ts';
import { Status } from '../../parts/Status.tsx';
import classes from './StructuresBeforeAfter.module.css';

type Failures = StructuresCheck['failures'];

export function StructureFailures({ failures }: { failures: Failures }) {
  const { t } = useTranslation('intake');
  return (
    <ul className={classes.failures} aria-label={t('structures.failures')}>
      {failures.map((failure) => (
        <Failure key={failure.failure} {...failure} />
      ))}
    </ul>
  );
}

function Failure({ failure, structures, examples }: Failures[number]) {
  const { t } = useTranslation(['intake', 'structures']);
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <li className={classes.failure}>
      <button type="button" className={classes.cause} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Chevron aria-hidden />
        <Status tone="warn">
          <span className="name">{t(`structures:failures.${failure}`)}</span>
        </Status>
        <span className="strong number">{format.count(structures)}</span>
        <span className="small second">{t('structures.failureEffect')}</span>
      </button>
      {open && (
        <ul>
          {examples.map(({ companyId, line, structure, detail }) => (
            <li key={`${line} ${companyId}`} className={classes.example}>
              <span>{t('check.line', { line })}</span>
              <span className="code cut">{companyId}</span>
              <span className="code cut second" title={structure}>
                {structure}
              </span>
              <span className="second cut" title={detail}>
                {detail}
              </span>
            </li>
          ))}
          {structures > examples.length && (
            <li className={classes.example}>
              <span className="third">{t('check.more', { count: structures - examples.length })}</span>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}
