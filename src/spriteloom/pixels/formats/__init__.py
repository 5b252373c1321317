"""Pictures to bytes and back: frames as uint8 (h, w, 4) arrays. Knows nothing of paths and sprites.

The containers are ours, so that sizes are known before anything is decoded and every frame is kept as it is;
the compressed streams inside (LZW, deflate's row filters, VP8L) are decoded by Pillow. Readers raise
BadPicture with the bare reason ("is truncated: …"); `pixels.files` puts the file's name before it.
"""
