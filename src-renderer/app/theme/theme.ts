/** Mantine's components in the product's clothes: its variables point at the tokens, its controls take the measures of the design. */
import {
  ActionIcon,
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Menu,
  PasswordInput,
  Popover,
  Progress,
  Radio,
  RadioGroup,
  Select,
  Switch,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconSelector } from '@tabler/icons-react';
import { createElement } from 'react';
import classes from './controls.module.css';

const iris: MantineColorsTuple = [
  '#eceefb',
  '#e9ebfa',
  '#b9c0f0',
  '#a5b0fc',
  '#8c99fb',
  '#5562d8',
  '#4450c6',
  '#3f4bbd',
  '#3843b0',
  '#262a47',
];

const field = {
  input: classes.input!,
  label: classes.fieldLabel!,
  description: classes.help!,
  error: classes.error!,
};
const list = { dropdown: classes.dropdown!, option: classes.option!, options: classes.options! };

export const theme = createTheme({
  colors: { iris },
  primaryColor: 'iris',
  primaryShade: { light: 6, dark: 5 },
  fontFamily: 'var(--font-text)',
  fontFamilyMonospace: 'var(--font-code)',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '17px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '22px', xl: '24px' },
  radius: { xs: '3px', sm: '4px', md: '4px', lg: '6px', xl: '6px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'never',
  respectReducedMotion: true,
  components: {
    /** Variants: `default`, `primary`, `quiet`, `decision`. Sizes: `default` (28), `small` (24), `decision` (32). */
    Button: Button.extend({
      defaultProps: { variant: 'default', size: 'default' },
      classNames: { root: classes.button!, section: classes.buttonSection!, label: classes.buttonLabel! },
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'quiet', size: 28 },
      classNames: { root: classes.iconButton! },
    }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs', leftSectionWidth: 28 }, classNames: field }),
    PasswordInput: PasswordInput.extend({
      defaultProps: { size: 'xs' },
      classNames: { ...field, innerInput: classes.innerInput!, visibilityToggle: classes.visibility! },
    }),
    Textarea: Textarea.extend({ classNames: { ...field, input: classes.textarea! } }),
    Select: Select.extend({
      defaultProps: {
        size: 'xs',
        allowDeselect: false,
        leftSectionWidth: 28,
        rightSectionWidth: 26,
        rightSection: createElement(IconSelector, { className: classes.selector! }),
        rightSectionPointerEvents: 'none',
        withCheckIcon: false,
        comboboxProps: { transitionProps: { duration: 0 }, offset: 4, width: 'max-content', position: 'bottom-start' },
        maxDropdownHeight: 320,
      },
      classNames: { ...field, ...list },
    }),
    Checkbox: Checkbox.extend({
      defaultProps: { size: 'xs' },
      classNames: {
        inner: classes.choiceInner!,
        input: classes.check!,
        label: classes.choiceLabel!,
        description: classes.choiceHelp!,
      },
    }),
    Radio: Radio.extend({
      defaultProps: { size: 'xs' },
      classNames: {
        inner: classes.choiceInner!,
        radio: classes.radio!,
        label: classes.choiceLabel!,
        description: classes.choiceHelp!,
      },
    }),
    RadioGroup: RadioGroup.extend({ classNames: { label: classes.fieldLabel!, error: classes.error! } }),
    Switch: Switch.extend({ defaultProps: { size: 'xs' }, classNames: { label: classes.choiceLabel! } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 300,
        transitionProps: { duration: 0 },
        events: { hover: true, focus: true, touch: false },
      },
      classNames: { tooltip: classes.tooltip! },
    }),
    Menu: Menu.extend({
      defaultProps: { transitionProps: { duration: 0 }, offset: 4, position: 'bottom-start' },
      classNames: {
        dropdown: classes.dropdown!,
        item: classes.option!,
        label: classes.menuLabel!,
        divider: classes.menuDivider!,
      },
    }),
    Popover: Popover.extend({
      defaultProps: { transitionProps: { duration: 0 }, offset: 4 },
      classNames: { dropdown: classes.dropdown! },
    }),
    Progress: Progress.extend({ classNames: { root: classes.track!, section: classes.bar! } }),
  },
});

/** Mantine's own colour variables, pointed at the tokens, so that a component without a class of ours still fits. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-3)',
    '--mantine-color-placeholder': 'var(--text-3)',
    '--mantine-color-anchor': 'var(--accent-text)',
    '--mantine-color-default': 'var(--raised)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-default-border': 'var(--line-2)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-primary-color-filled': 'var(--accent)',
    '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
  };
  return { variables: {}, light: shared, dark: shared };
};
