"""Picture formats: bytes to frames, uint8 (h, w, 4) arrays, and back.

The containers are parsed here, so that sizes are known before anything is decoded and every frame is exact;
Pillow decodes the compressed streams in them. Readers raise BadPicture without the file's name: `files` adds it.
"""
