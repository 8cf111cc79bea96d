// `npm run screenshots`: makes the pictures of the report in docs, from the reports that its tests have.
import { join } from "node:path";
import { runProgram } from "../cli/program.ts";
import { asHtml } from "../cli/report/html.ts";
import { projectRoot } from "../lab/paths.ts";
import { startChromium } from "./support/chromium.ts";
import { fleetReport } from "./support/report-sample.ts";

await runProgram("screenshots", async () => {
  const started = await startChromium();
  if ("missing" in started) throw new Error(started.missing);
  const { browser } = started;
  const report = fleetReport();
  try {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1160, height: 1155 } });
      await page.setContent(await asHtml({ ...report, hosts: report.hosts.slice(0, 2) }));
      await page.screenshot({ path: join(projectRoot, "docs", `report-${colorScheme}.png`) });
    }
  } finally {
    await browser.close();
  }
  return 0;
});
