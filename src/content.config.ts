import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

/** One official document a file; what is not known stays away. */
const policies = defineCollection({
  loader: glob({ pattern: '*.md', base: './content/policies' }),
  schema: z.object({
    title: z.string(), number: z.string().optional(), issuer: z.string(), written: z.string().optional(), published: z.string().optional(),
    index: z.string().optional(), link: z.url().optional(), order: z.number(),
  }),
});
export const collections = { policies };
