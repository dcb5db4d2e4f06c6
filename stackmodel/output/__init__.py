"""What a researcher looks at: a neutral Picture with two renderers, tables, and writers."""
