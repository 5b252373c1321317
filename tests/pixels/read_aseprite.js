// Prints as JSON what the package ase-parser finds in each .aseprite file that is named.
const fs = require("node:fs");
const Aseprite = require("ase-parser");

const found = process.argv.slice(2).map((path) => {
  const file = new Aseprite(fs.readFileSync(path), path);
  file.parse();
  return {
    width: file.width,
    height: file.height,
    depth: file.colorDepth,
    transparent: file.paletteIndex,
    palette: (file.palette?.colors ?? []).map((c) => [c.red, c.green, c.blue]),
    tags: file.tags.map((tag) => [tag.name, tag.from, tag.to]),
    frames: file.frames.map((frame) => ({
      duration: frame.frameDuration,
      cels: frame.cels.map((cel) => ({
        left: cel.xpos,
        top: cel.ypos,
        width: cel.w,
        height: cel.h,
        raw: cel.rawCelData.toString("base64"),
      })),
    })),
  };
});
console.log(JSON.stringify(found));
