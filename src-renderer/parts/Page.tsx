/** The regions of a page: header, main column, side panel, wizard footer. They meet at single lines and fill the height. */
import { ActionIcon, Button } from '@mantine/core';
import { useFocusReturn, useMediaQuery } from '@mantine/hooks';
import { IconChevronLeft, IconLayoutSidebarRightExpand, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Page.module.css';

/** Header, then whatever follows, from top to bottom. The part that takes the height is a `Columns` or a `Scroll`. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Chorale`;
  }, [title]);
  return <div className={classes.page}>{children}</div>;
}

type HeaderProps = {
  readonly title: ReactNode;
  /** Where one came from: shown before the title as a link. */
  readonly crumb?: { readonly to: string; readonly label: string };
  /** One line of facts. */
  readonly facts?: ReactNode;
  /** Buttons, the primary one last. */
  readonly actions?: ReactNode;
};

export function PageHeader({ title, crumb, facts, actions }: HeaderProps) {
  return (
    <header className={classes.header}>
      {crumb && (
        <>
          <Link to={crumb.to} className={classes.crumb}>
            {crumb.label}
          </Link>
          <IconChevronLeft className={classes.crumbMark} aria-hidden />
        </>
      )}
      <h1 className="cut">{title}</h1>
      {facts && <div className={classes.facts}>{facts}</div>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}

/** The main column and, at its right, a `SidePanel`. */
export function Columns({ children, side }: { children: ReactNode; side?: ReactNode }) {
  return (
    <div className={classes.columns}>
      <div className={classes.main}>{children}</div>
      {side}
    </div>
  );
}

/** A main column that scrolls as one. */
export function Scroll({ children }: { children: ReactNode }) {
  return <div className={classes.scroll}>{children}</div>;
}

/** A row of filters and tools under the header or the stepper. */
export function Toolbar({ children, end }: { children: ReactNode; end?: ReactNode }) {
  return (
    <div className={classes.toolbar}>
      {children}
      {end && <div className={classes.toolbarEnd}>{end}</div>}
    </div>
  );
}

type SectionProps = {
  readonly title?: ReactNode;
  /** Beside the title, in small grey. */
  readonly facts?: ReactNode;
  /** At the right end of the title's line. */
  readonly end?: ReactNode;
  /** The body reaches the edges, as tables do. */
  readonly flush?: boolean;
  readonly children?: ReactNode;
};

/** A region of a page or of a panel: a heading, a line above it, no box. */
export function Section({ title, facts, end, flush = false, children }: SectionProps) {
  return (
    <section className={classes.section} data-flush={flush || undefined}>
      {(title || end) && (
        <div className={classes.sectionHead}>
          {title && <h2>{title}</h2>}
          {facts && <span className={classes.sectionFacts}>{facts}</span>}
          {end && <span className={classes.sectionEnd}>{end}</span>}
        </div>
      )}
      {children}
    </section>
  );
}

/**
 * Details of what is selected at the left, 352 wide. Under 1,200 px it is a strip with a button, slides over the page
 * when that is pressed, and closes with Esc.
 */
export function SidePanel({ label, width, children }: { label: string; width?: number; children: ReactNode }) {
  const { t } = useTranslation('frame');
  const narrow = useMediaQuery('(max-width: 1199px)') ?? false;
  const [open, setOpen] = useState(false);
  const close = useRef<HTMLButtonElement>(null);
  useFocusReturn({ opened: narrow && open });
  useEffect(() => {
    if (narrow && open) close.current?.focus();
  }, [narrow, open]);

  if (narrow && !open) {
    return (
      <div className={classes.strip}>
        <ActionIcon aria-label={t('panel.open')} title={label} onClick={() => setOpen(true)}>
          <IconLayoutSidebarRightExpand aria-hidden />
        </ActionIcon>
      </div>
    );
  }
  return (
    <aside
      className={classes.panel}
      data-over={narrow || undefined}
      aria-label={label}
      style={width === undefined ? undefined : { width }}
      onKeyDown={(event) => {
        if (narrow && event.key === 'Escape') setOpen(false);
      }}
    >
      {narrow && (
        <div className={classes.panelClose}>
          <ActionIcon ref={close} aria-label={t('panel.close')} onClick={() => setOpen(false)}>
            <IconX aria-hidden />
          </ActionIcon>
        </div>
      )}
      {children}
    </aside>
  );
}

type FooterProps = {
  readonly back?: { readonly label: string; readonly onClick: () => void };
  /** Why one cannot go on, or what going on means: directly beside the button that it concerns. */
  readonly reason?: ReactNode;
  readonly action?: ReactNode;
};

export function WizardFooter({ back, reason, action }: FooterProps) {
  return (
    <div className={classes.footer}>
      {back && (
        <Button variant="quiet" leftSection={<IconChevronLeft aria-hidden />} onClick={back.onClick}>
          {back.label}
        </Button>
      )}
      <div className={classes.footerEnd}>
        {reason && <span className={classes.reason}>{reason}</span>}
        {action}
      </div>
    </div>
  );
}
