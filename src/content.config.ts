import { defineCollection, reference } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

/** One official document a file; what is not known stays away and is shown as «待核实». `time` places it on the timeline, as exactly as it is known. `link` is the original, given only where its address was seen to be right; `site` is the issuer's home page, never passed off as the original. */
const policies = defineCollection({
  loader: glob({ pattern: '*.md', base: './content/policies' }),
  schema: z.object({
    title: z.string(),
    short: z.string(),
    order: z.number(),
    time: z.string(),
    number: z.string().optional(),
    issuer: z.string().optional(),
    written: z.string().optional(),
    published: z.string().optional(),
    index: z.string().optional(),
    subject: z.string().optional(),
    keywords: z.string().optional(),
    validity: z.string().optional(),
    /** Details that the document itself does not give, as it was seen; the others are not known to us. */
    silent: z.array(z.string()).default([]),
    /** Whether a later document changes anything here; unsaid for those on which the system was built. */
    changes: z.boolean().optional(),
    /** The day on which our explanation was written. */
    explained: z.iso.date(),
    link: z.url().optional(),
    site: z.object({ name: z.string(), url: z.url() }),
    figures: z.boolean().default(false),
  }),
});
/** 解读: our own words on one or more documents; the link back is drawn from here. */
const interpretations = defineCollection({
  loader: glob({ pattern: '*.md', base: './content/interpretations' }),
  schema: z.object({
    title: z.string(),
    order: z.number(),
    published: z.iso.date(),
    policies: z.array(reference('policies')).min(1),
  }),
});
/** `published` is the day of this version; `shot` names a picture made by local/guide-pictures.ts; `need` is what to have at hand, `after` what happens next, `href` the screen; `times` puts the table of the payout's days below; `stations` are those of the home page's rail that it explains. */
const guides = defineCollection({
  loader: glob({ pattern: '*.json', base: './content/guides' }),
  schema: z.object({
    title: z.string(),
    description: z.string(),
    order: z.number(),
    published: z.iso.date(),
    steps: z.array(
      z.object({
        title: z.string(),
        text: z.string(),
        need: z.string().optional(),
        after: z.string().optional(),
        href: z.string().startsWith('/').optional(),
        shot: z.string(),
        times: z.boolean().default(false),
        stations: z.array(z.string()).default([]),
      }),
    ),
  }),
});
/** One group of questions a file, on the page of those who ask them; each leads to the screen or the rule behind its answer. */
const faq = defineCollection({
  loader: glob({ pattern: '*.json', base: './content/faq' }),
  schema: z.object({
    title: z.string(),
    order: z.number(),
    side: z.enum(['applicant', 'institution']),
    items: z.array(z.object({ q: z.string(), a: z.string(), href: z.string().startsWith('/'), link: z.string() })),
  }),
});
export const collections = { policies, interpretations, guides, faq };
