"""The document and its printers: HTML, PDF, LaTeX, Markdown, text."""
