// Plain JavaScript, loaded before the first TypeScript: a Node that does not read that by itself is told what is needed.
if (!process.features.typescript)
  throw new Error(
    `Node.js 22.18 or later is needed, which runs TypeScript by itself; ${process.execPath} is ${process.version}`,
  );
require("./index.mts");
