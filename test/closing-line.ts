/** Closes a test run with one plain line that any tool can read. */
import type { Reporter, TestModule } from 'vitest/node';

const closingLine: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const brokenModules = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length;
    const failed = count('failed') + brokenModules + unhandledErrors.length;
    process.on('exit', () => {
      console.log(`\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`);
    });
  },
};

export default closingLine;
