import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

// electron-vite asks the Electron binary for its version; the builds need only the major one, and no binary.
process.env.ELECTRON_MAJOR_VER ??= '45';

const entries = (pattern: string) =>
  Object.fromEntries(globSync(pattern).map((file) => [file.replace(/^src-main.(.*)\.ts$/, '$1'), resolve(file)]));

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: true,
      rollupOptions: {
        input: entries('src-main/{shell,engine,chemistry,training}/*.ts'),
        output: { format: 'es', preserveModules: true, preserveModulesRoot: 'src-main', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: { input: 'src-main/shell/preload.cts', output: { format: 'cjs', entryFileNames: 'preload.cjs' } },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      minify: true,
      chunkSizeWarningLimit: 2000,
      // The page's policy allows fonts and images from its own files only.
      assetsInlineLimit: 0,
      rollupOptions: { input: 'src-renderer/index.html' },
    },
  },
});
