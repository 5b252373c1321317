"""Write sprites and models in the formats of other programs: sheets, .aseprite, games, ONNX."""
