// Plain JavaScript, loaded before the first TypeScript: whether this Node reads that by itself.

/** What to do where it does not; else `undefined`. Node would say "Unknown file extension .ts" and print a stack. */
export const problem = process.features.typescript
  ? undefined
  : `Node.js 22.18 or later is needed, which runs TypeScript by itself; ${process.execPath} is ${process.version}. ` +
    "Put a newer one first on PATH, or use `npm run pulumi`, which brings its own.";
