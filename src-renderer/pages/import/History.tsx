/** Undo, redo, and the list of decisions to go back to any of them; also by Ctrl Z and Ctrl Shift Z. */
import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconCheck, IconHistory } from '@tabler/icons-react';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { canRedo, canUndo, type Draft, movedTo, redone, undone } from './draft.ts';
import { decidedWords } from './words.ts';

type Props = {
  readonly draft: Draft;
  readonly change: (next: (draft: Draft) => Draft) => void;
  readonly onChange: () => void;
};

export function History({ draft, change, onChange }: Props) {
  const { t } = useTranslation(['intake', 'frame']);
  const { history, at } = draft;
  const go = (next: (draft: Draft) => Draft) => {
    change(next);
    onChange();
  };
  const undo = () => go(undone);
  const redo = () => go(redone);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const wanted = historyKey(event);
    if (wanted === null || isWriting(event.target)) return;
    event.preventDefault();
    if (wanted === 'undo' && canUndo(draft)) undo();
    if (wanted === 'redo' && canRedo(draft)) redo();
  });
  useEffect(() => {
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const said = (index: number) => {
    const entry = history[index];
    return entry === undefined ? '' : decidedWords(t, entry.decided);
  };
  const back = canUndo(draft) ? t('history.undo', { what: said(at) }) : t('history.nothingToUndo');
  const forth = canRedo(draft) ? t('history.redo', { what: said(at + 1) }) : t('history.nothingToRedo');
  return (
    <>
      <ActionIcon
        aria-label={back}
        title={`${back} (Ctrl Z)`}
        aria-keyshortcuts="Control+Z"
        disabled={!canUndo(draft)}
        onClick={undo}
      >
        <IconArrowBackUp aria-hidden />
      </ActionIcon>
      <ActionIcon
        aria-label={forth}
        title={`${forth} (Ctrl Shift Z)`}
        aria-keyshortcuts="Control+Shift+Z"
        disabled={!canRedo(draft)}
        onClick={redo}
      >
        <IconArrowForwardUp aria-hidden />
      </ActionIcon>
      <Menu position="bottom-end" width={320}>
        <Menu.Target>
          <Button variant="quiet" leftSection={<IconHistory aria-hidden />}>
            {t('history.decisions', { count: Math.max(0, at) })}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
          {history.map(({ decided }, index) => (
            <Menu.Item
              // biome-ignore lint/suspicious/noArrayIndexKey: a decision is its place in the history
              key={index}
              leftSection={index === at ? <IconCheck aria-hidden /> : <span />}
              aria-current={index === at || undefined}
              onClick={() => go((before) => movedTo(before, index))}
            >
              <span className={index > at ? 'third' : undefined}>{decidedWords(t, decided)}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

export function historyKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
): 'undo' | 'redo' | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
  return key === 'y' && !event.shiftKey ? 'redo' : null;
}

/** A field takes its own writing back; a choice among a list has nothing of the kind. */
const isWriting = (target: EventTarget | null): boolean =>
  (target instanceof HTMLInputElement && !target.readOnly && ['text', 'search', 'number'].includes(target.type)) ||
  target instanceof HTMLTextAreaElement;
