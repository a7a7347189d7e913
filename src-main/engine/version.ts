/** The version of this installation, as its package says it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resources } from '../catalog/open.ts';

export const version: string = JSON.parse(readFileSync(join(resources, '..', 'package.json'), 'utf8')).version;

/** As plans name it: what all partners of a series begin with. */
export const build = `chorale ${version}`;
