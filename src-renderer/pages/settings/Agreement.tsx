/** What the members of a consortium have agreed: plan, coordinator and members, the same before and after joining. */
import { useTranslation } from 'react-i18next';
import type { Consortium, InvitationPreview, Member } from '../../../src-main/contract/federation.ts';
import { useFormat } from '../../app/format.ts';
import { Hash } from '../../parts/Hash.tsx';
import { type Fact, KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { Table } from '../../parts/Table.tsx';
import classes from './SettingsPage.module.css';
import { Words } from './Words.tsx';

type Agreement = Pick<
  Consortium & InvitationPreview,
  'name' | 'series' | 'plan' | 'rosterHash' | 'coordinator' | 'members'
>;

type FactsProps = {
  readonly agreement: Agreement;
  readonly extra?: readonly Fact[];
  /** Left out where the rules of chemistry stand beside it already. */
  readonly withChemistry?: boolean;
};

export function AgreementFacts({ agreement, extra = [], withChemistry = true }: FactsProps) {
  const { t } = useTranslation(['settings', 'structures']);
  const format = useFormat();
  const { plan, coordinator } = agreement;
  const layers = [
    plan.tensors[0]?.shape[0] ?? 0,
    ...plan.tensors.filter(({ shape }) => shape.length === 2).map(({ shape }) => shape[1] ?? 0),
  ];
  const chemistry: readonly Fact[] = [
    { label: t('structures:panel.foldRule'), value: t(`structures:panel.foldRules.${plan.chemistry.foldRule}`) },
    { label: t('structures:panel.tautomer'), value: t(`structures:panel.tautomers.${plan.chemistry.tautomer}`) },
  ];
  return (
    <KeyValue
      labelWidth={170}
      facts={[
        { label: t('consortium.name'), value: <span className="strong">{agreement.name}</span> },
        { label: t('consortium.series'), value: agreement.series },
        ...extra,
        { label: t('consortium.plan'), value: <Hash value={plan.hash} ends={6} icon /> },
        { label: t('consortium.roster'), value: <Hash value={agreement.rosterHash} ends={6} icon /> },
        ...(withChemistry ? chemistry : []),
        { label: t('consortium.layers'), value: layers.map(format.count).join(' → ') },
        {
          label: t('consortium.steps'),
          value: t('consortium.stepsValue', { steps: plan.localSteps, batch: plan.batchSize }),
        },
        { label: t('consortium.upload'), value: format.count(plan.uploadBytes) },
        {
          label: t('consortium.threshold'),
          value: t('consortium.thresholdValue', { threshold: plan.threshold, partners: agreement.members.length }),
        },
        { label: t('consortium.coordinator'), value: <Hash value={coordinator.url} ends={24} icon /> },
        { label: t('consortium.coordinatorWords'), value: <Words fingerprint={coordinator.fingerprint} /> },
        {
          label: t('consortium.certificate'),
          value:
            coordinator.certificate === null ? (
              t(coordinator.url.startsWith('https:') ? 'consortium.anyCertificate' : 'consortium.noCertificate')
            ) : (
              <Hash value={coordinator.certificate} ends={8} icon />
            ),
        },
      ]}
    />
  );
}

export function Members({ members }: { members: readonly Member[] }) {
  const { t } = useTranslation('settings');
  return (
    <Section
      title={t('consortium.members')}
      facts={`${t('roster.members', { count: members.length })} · ${t('identity.wordsHelp')}`}
      flush
    >
      <MemberTable members={members} />
    </Section>
  );
}

function MemberTable({ members }: { members: readonly Member[] }) {
  const { t } = useTranslation('settings');
  const format = useFormat();
  const all = members.reduce((sum, { weight }) => sum + weight, 0);
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">{t('consortium.member.name')}</th>
          <th scope="col">{t('consortium.member.words')}</th>
          <th scope="col" className="number">
            {t('consortium.member.weight')}
          </th>
          <th scope="col">{t('consortium.member.roster')}</th>
        </tr>
      </thead>
      <tbody>
        {members.map(({ id, name, you, fingerprint, weight, signedRoster }) => (
          <tr key={id} data-you={you || undefined}>
            <th scope="row">
              {name}
              {you && <span className="third"> · {t('join.you')}</span>}
            </th>
            <td>
              <p className={classes.memberWords}>{fingerprint.words.join(' ')}</p>
            </td>
            <td className="number">{format.percent(all === 0 ? 0 : weight / all)}</td>
            <td>
              <Status tone={signedRoster ? 'ok' : 'wait'}>{t(signedRoster ? 'join.signed' : 'join.unsigned')}</Status>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
