/** Numbers, amounts and times in the reader's language: grouped, with a thin space before %, a true minus, and relative up to one day. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

export type Format = ReturnType<typeof formatOf>;

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => formatOf(i18n.language), [i18n.language]);
}

const thinSpace = '\u2009';
const minus = (text: string) => text.replaceAll('-', '\u2212');

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export function formatOf(language: string) {
  const japanese = language === 'ja';
  /** Days stand before months in English too. */
  const ofDates = language === 'en' ? 'en-GB' : language;
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const exactClock = new Intl.DateTimeFormat(ofDates, { dateStyle: 'long', timeStyle: 'medium', hourCycle: 'h23' });
  const dayAndMonth = new Intl.DateTimeFormat(ofDates, {
    day: 'numeric',
    month: 'short',
  });
  const withYear = new Intl.DateTimeFormat(ofDates, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const clockWithSeconds = new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' });
  const monthOnly = new Intl.DateTimeFormat(language, { month: 'short' });
  const longDay = new Intl.DateTimeFormat(ofDates, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  });

  const decimal = (value: number, digits: number) =>
    minus(
      new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    );

  /** In Japanese a half space stands between figures and words. */
  const spaced = (text: string) =>
    japanese ? text.replace(/(\d)(?=[\u3040-\u9fff])|([\u3040-\u9fff])(?=\d)/g, '$1$2 ') : text;
  const time = (at: string | Date) => clock.format(new Date(at));

  return {
    count: (value: number) => minus(whole.format(value)),
    decimal,
    /** With its sign: +0.012, −0.05. */
    signed(value: number, digits: number): string {
      const rounded = Number(value.toFixed(digits));
      if (rounded === 0) return decimal(0, digits);
      return `${rounded > 0 ? '+' : ''}${decimal(rounded, digits)}`;
    },
    /** @param share from 0 to 1 */
    percent: (share: number, digits = 0) => `${decimal(share * 100, digits)}${thinSpace}%`,

    bytes(amount: number): string {
      if (amount < 1_000) return `${whole.format(amount)}${thinSpace}B`;
      const [divisor, unit] = amount < 999_500 ? [1e3, 'KB'] : amount < 999_500_000 ? [1e6, 'MB'] : [1e9, 'GB'];
      const value = amount / Number(divisor);
      return `${decimal(value, unit === 'KB' ? 0 : 1)}${thinSpace}${unit}`;
    },

    time,
    day: (at: string | Date) => spaced(dayAndMonth.format(new Date(at))),
    /** With its year, as documents are dated. */
    date: (at: string | Date) => spaced(withYear.format(new Date(at))),
    longDay: (at: string | Date) => spaced(longDay.format(new Date(at))),
    exact: (at: string | Date) => spaced(exactClock.format(new Date(at))),

    /** To the second today, to the minute before that: when an entry of the log was made. */
    moment(at: string | Date, now: Date = new Date()): string {
      const date = new Date(at);
      if (date.toDateString() === now.toDateString()) return clockWithSeconds.format(date);
      return `${spaced((date.getFullYear() === now.getFullYear() ? dayAndMonth : withYear).format(date))} ${time(date)}`;
    },

    /** @param month as `2025-11` */
    month: (month: string) => spaced(monthOnly.format(new Date(`${month}-15T12:00:00`))),

    /** The clock today, the day before that; the year only when it is another one. */
    when(at: string | Date, now: Date = new Date()): string {
      const date = new Date(at);
      if (date.toDateString() === now.toDateString()) return time(date);
      return spaced((date.getFullYear() === now.getFullYear() ? dayAndMonth : withYear).format(date));
    },

    /** A deadline: the clock when it is today, with its day before it otherwise. */
    deadline(at: string | Date, now: Date = new Date()): string {
      const date = new Date(at);
      if (date.toDateString() === now.toDateString()) return time(date);
      return `${spaced(dayAndMonth.format(date))} ${time(date)}`;
    },

    /** Relative within a day, such as "3 minutes ago"; then the date. */
    ago(at: string | Date, now: Date = new Date()): string {
      const date = new Date(at);
      const past = date.getTime() - now.getTime();
      if (Math.abs(past) >= day) return spaced(withYear.format(date));
      if (Math.abs(past) >= hour) return spaced(relative.format(Math.round(past / hour), 'hour'));
      if (Math.abs(past) >= minute) return spaced(relative.format(Math.round(past / minute), 'minute'));
      return relative.format(0, 'second');
    },

    /** A span of time in its two largest units: "9.4 s", "4 min", "3 h 28 min"; from two days on in days. */
    duration(milliseconds: number): string {
      const units = japanese
        ? { s: ' 秒', min: ' 分', h: ' 時間', days: ' 日' }
        : { s: ' s', min: ' min', h: ' h', days: ' days' };
      if (milliseconds < 9_950) return `${decimal(milliseconds / second, 1)}${units.s}`;
      if (milliseconds < minute) return `${whole.format(Math.round(milliseconds / second))}${units.s}`;
      if (milliseconds < hour) return `${whole.format(Math.round(milliseconds / minute))}${units.min}`;
      if (milliseconds >= 2 * day) return `${whole.format(Math.round(milliseconds / day))}${units.days}`;
      const hours = Math.floor(milliseconds / hour);
      const minutes = Math.round((milliseconds - hours * hour) / minute);
      return minutes === 0 ? `${hours}${units.h}` : `${hours}${units.h} ${minutes}${units.min}`;
    },

    /** Names in one sentence: A, B and C. */
    list: (names: readonly string[]) => new Intl.ListFormat(language, { type: 'conjunction' }).format(names),

    /** Shortened in the middle, as hashes are shown: `3f0a…c19d`. */
    short: (text: string, ends = 4) =>
      text.length <= ends * 2 + 1 ? text : `${text.slice(0, ends)}…${text.slice(-ends)}`,
  };
}
