// Prints as JSON the colours that the package anypalette finds in each palette file that is named.
const fs = require("node:fs");
const AnyPalette = require("anypalette");

function read(path) {
  const bytes = fs.readFileSync(path);
  const fileExt = path.split(".").pop();
  const data = fileExt === "ase" ? new Uint8Array(bytes).buffer : bytes.toString();
  return new Promise((found, failed) => {
    AnyPalette.loadPalette({ data, fileExt }, (fault, palette, format) => {
      if (fault) return failed(fault);
      const colours = [...palette].map((c) => [c.red, c.green, c.blue].map((v) => Math.round(v * 255)));
      found({ format: format.name, colours });
    });
  });
}

Promise.all(process.argv.slice(2).map(read)).then((all) => console.log(JSON.stringify(all)));
