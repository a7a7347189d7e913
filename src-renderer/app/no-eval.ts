/** SECURITY: the page's policy forbids eval, which zod probes for when a schema is made. Imported before every schema. */
import * as z from 'zod';

z.config({ jitless: true });
