/** Before a round: are this machine's tasks made by the rules, and with the catalogue, that the partners have agreed on? */
import type { Catalog } from '../../catalog/open.ts';
import { newestTaskSet } from '../../catalog/tasks.ts';
import { ChoraleError } from '../../contract/errors.ts';
import type { CatalogueReference, TaskRules } from '../../contract/tasks.ts';
import { canonicalHash } from '../../federation/canonical.ts';
import type { Plan } from '../../federation/plan.ts';
import { readCatalogue } from '../../tasks/catalogue.ts';
import { readTaskRules } from '../../tasks/rules.ts';

/** As the plan of a consortium carries them. */
export const agreedTasks = (
  rules: TaskRules,
  catalogue: Pick<CatalogueReference, 'hash'> | undefined,
): Readonly<Record<string, string>> => ({
  'task-rules': canonicalHash('task rules', rules),
  catalogue: catalogue?.hash ?? noCatalogue,
});

/** In the place of a hash: the partners have agreed that each may have its own. */
export const notCompared = 'not compared';

const noCatalogue = 'none';

/**
 * Looks at what the newest task set was made under, since that is what a round learns from.
 * @throws PLAN_INVALID with what differs, such as `other-task-rules`; `unnamed-task-rules` for a plan that neither names
 *   it nor says that it is not compared
 */
export function requireAgreedTasks(catalog: Catalog, { consistency }: Plan): void {
  const set = newestTaskSet(catalog);
  const hash = set?.catalogueHash ?? readCatalogue(catalog)?.hash;
  const own = agreedTasks(set?.rules ?? readTaskRules(catalog), hash ? { hash } : undefined);
  for (const [name, found] of Object.entries(own)) {
    const agreed = consistency[name];
    if (agreed === found || agreed === notCompared) continue;
    throw new ChoraleError('PLAN_INVALID', { reason: `${agreed === undefined ? 'unnamed' : 'other'}-${name}` });
  }
}
