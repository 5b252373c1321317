"""Pure measures: errors of pictures, use of codes, numbers of colors."""
