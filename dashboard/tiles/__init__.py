"""One kind of tile is the files of one name: what it says (py), how it is drawn (js) and how it looks (css).

A module has TITLE, Options, frame(picture, options) and, where it draws lines, series(options).
"""
