// What a program in CommonJS gets of the package: the ES module, which Node can `require` since 20.19 and 22.12.
try {
  module.exports = require("../index.js");
} catch (error) {
  if (error.code !== "ERR_REQUIRE_ESM") throw error;
  throw new Error(
    `pulumi-postfix-sasl is an ES module, which ${process.version} of Node.js cannot require: ` +
      "put Node.js 22.18 or later first on PATH, or write the program in ES modules",
  );
}
