/** Starts the page: words, colours and the link to the engine, then the doors or the frame. */
import './app/no-eval.ts';
import '@fontsource-variable/inter/index.css';
import '@mantine/core/styles.layer.css';
import './app/theme/tokens.css';
import './app/theme/base.css';
import { MantineProvider } from '@mantine/core';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Appearance } from './app/appearance.ts';
import { EngineProvider } from './app/engine.tsx';
import { JobsProvider } from './app/jobs.tsx';
import { makeRouter } from './app/routes.tsx';
import { cssVariables, theme } from './app/theme/theme.ts';
import { startWords } from './app/words/words.ts';
import { WorkspaceProvider } from './app/workspace.tsx';
import { connect } from './link/connect.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
setNonce(nonce);

const [connection] = await Promise.all([connect(), startWords()]);
const router = makeRouter();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <EngineProvider connection={connection}>
        <Appearance />
        <WorkspaceProvider>
          <JobsProvider>
            <RouterProvider router={router} />
          </JobsProvider>
        </WorkspaceProvider>
      </EngineProvider>
    </MantineProvider>
  </StrictMode>,
);
