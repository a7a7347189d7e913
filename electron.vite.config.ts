import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

// electron-vite asks the Electron binary for its version; the builds need only the major one, and no binary.
process.env.ELECTRON_MAJOR_VER ??= '45';

const entries = (pattern: string) =>
  Object.fromEntries(globSync(pattern).map((file) => [file.replace(/^src-main.(.*)\.ts$/, '$1'), resolve(file)]));

/** Every room is an ES module: electron-vite's shim would put a second `require` beside one that a file makes itself. */
const withoutCommonJsShim: Plugin = {
  name: 'chorale:without-commonjs-shim',
  configResolved({ plugins }) {
    for (const plugin of plugins) if (plugin.name === 'vite:esm-shim') delete plugin.renderChunk;
  },
};

export default defineConfig({
  main: {
    plugins: [withoutCommonJsShim],
    build: {
      outDir: 'out/main',
      sourcemap: true,
      rollupOptions: {
        input: entries('src-main/{shell,engine,catalog,chemistry,training}/*.ts'),
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
    base: '/', // a place deep in the page asks for the same files
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
