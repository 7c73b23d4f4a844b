"""One file is one page: PAGE and render()."""
