/** The application's menu: what every operating system expects, in the person's language. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

type Words = Readonly<Record<'edit' | 'view' | 'window' | 'file', string>>;

const words: Readonly<Record<'en' | 'ja', Words>> = {
  en: { file: 'File', edit: 'Edit', view: 'View', window: 'Window' },
  ja: { file: 'ファイル', edit: '編集', view: '表示', window: 'ウインドウ' },
};

/** Reload and developer tools are for development: an installed page has nothing to reload. */
export function setMenu(language: 'en' | 'ja', platform: NodeJS.Platform, development: boolean): void {
  const { file, edit, view, window } = words[language];
  const development_: MenuItemConstructorOptions[] = development
    ? [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }]
    : [];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      platform === 'darwin' ? { role: 'appMenu' } : { label: file, submenu: [{ role: 'quit' }] },
      {
        label: edit,
        submenu: [
          { role: 'undo' },
          { role: 'redo' },
          { type: 'separator' },
          { role: 'cut' },
          { role: 'copy' },
          { role: 'paste' },
          { role: 'selectAll' },
        ],
      },
      {
        label: view,
        submenu: [
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { type: 'separator' },
          { role: 'togglefullscreen' },
          ...development_,
        ],
      },
      { label: window, submenu: [{ role: 'minimize' }, { role: 'close' }] },
    ]),
  );
}
