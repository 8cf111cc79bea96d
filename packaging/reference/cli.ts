// `npm run reference`: writes docs/reference.md from the comments in providers/.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdown } from "./markdown.ts";
import { sections } from "./sections.ts";

const root = join(import.meta.dirname, "../..");
writeFileSync(join(root, "docs/reference.md"), markdown(sections(join(root, "providers"))));
